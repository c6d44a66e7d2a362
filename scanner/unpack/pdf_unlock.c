/*
 * pdf_unlock: see pdf_unlock.h.
 *
 * A wrong password is known as such at once: it is held against what the PDF keeps for that. Old PDFs take
 * it as bytes, new ones as UTF-8: it is tried as it stands in the list.
 */
#ifdef HAVE_LIBQPDF

#include "unpack/pdf_unlock.h"

#include <qpdf/qpdf-c.h>

#include <string.h>

int tt_pdf_read_as(struct _qpdf_data **out, const void *data, size_t size, const char *password)
{
    *out = qpdf_init();
    qpdf_silence_errors(*out);
    qpdf_set_suppress_warnings(*out, QPDF_TRUE);
    return !(qpdf_read_memory(*out, "", data, size, password) & (QPDF_ERRORS));
}

/* Would it open with a password? What qpdf answered is there for the caller to ask for. */
static int asks(const void *data, size_t size)
{
    qpdf_data q;
    int opened = tt_pdf_read_as(&q, data, size, "");
    int code = opened ? 0 : (int)qpdf_get_error_code(q, qpdf_get_error(q));

    qpdf_cleanup(&q);
    return code == (int)qpdf_e_password;
}

static int try_one(struct _qpdf_data **out, const void *data, size_t size, const tt_secret *secret,
                   char *password)
{
    if (secret->size == 0 || secret->size > TT_SECRET_SIZE
        || memchr(secret->bytes, 0, secret->size))
        return 0;
    memcpy(password, secret->bytes, secret->size);
    password[secret->size] = 0;
    (void)qpdf_get_error(*out); /* one that nobody asked for is printed */
    qpdf_cleanup(out);
    return tt_pdf_read_as(out, data, size, password);
}

int tt_pdf_unlock(struct _qpdf_data **out, const void *data, size_t size, const tt_secrets *secrets,
                  char password[TT_PDF_PASSWORD_ROOM])
{
    size_t count = secrets && secrets->count < TT_SECRETS_MAX ? secrets->count : TT_SECRETS_MAX;
    int opened;

    password[0] = 0;
    opened = tt_pdf_read_as(out, data, size, password);
    if (opened || !secrets || !asks(data, size))
        return opened;
    for (size_t i = 0; i < count && !opened; i++)
        opened = try_one(out, data, size, &secrets->list[i], password);
    return opened;
}

/* The filter of its streams deciphers. */
static int deciphers(qpdf_data q, qpdf_oh all, const char *name)
{
    qpdf_oh filters = qpdf_oh_get_key(q, all, "/CF"), filter, method;
    const char *how = "";
    int does = 0;

    if (qpdf_oh_is_dictionary(q, filters)) {
        filter = qpdf_oh_get_key(q, filters, name);
        if (qpdf_oh_is_dictionary(q, filter)) {
            method = qpdf_oh_get_key(q, filter, "/CFM");
            if (qpdf_oh_is_name(q, method))
                how = qpdf_oh_get_name(q, method);
            does = strcmp(how, "/V2") == 0 || strcmp(how, "/AESV2") == 0 || strcmp(how, "/AESV3") == 0;
            qpdf_oh_release(q, method);
        }
        qpdf_oh_release(q, filter);
    }
    qpdf_oh_release(q, filters);
    return does;
}

/*
 * What is encrypted says by which filter its streams are, and qpdf takes one that is not there for none at
 * all: then they would come as they are stored, and not be known for what they are.
 */
int tt_pdf_leaves_open(struct _qpdf_data *pdf)
{
    qpdf_oh trailer = qpdf_get_trailer(pdf), all, version, name;
    int open = 0;

    if (qpdf_oh_is_dictionary(pdf, trailer) && qpdf_oh_has_key(pdf, trailer, "/Encrypt")) {
        all = qpdf_oh_get_key(pdf, trailer, "/Encrypt");
        open = !qpdf_is_encrypted(pdf) || !qpdf_oh_is_dictionary(pdf, all);
        if (!open) {
            version = qpdf_oh_get_key(pdf, all, "/V");
            name = qpdf_oh_get_key(pdf, all, "/StmF");
            const char *text = qpdf_oh_is_name(pdf, name) ? qpdf_oh_get_name(pdf, name) : "/";
            open = qpdf_oh_is_integer(pdf, version) && qpdf_oh_get_int_value(pdf, version) >= 4
                   && strcmp(text, "/Identity") != 0 && !deciphers(pdf, all, text);
            qpdf_oh_release(pdf, name);
            qpdf_oh_release(pdf, version);
        }
        qpdf_oh_release(pdf, all);
    }
    qpdf_oh_release(pdf, trailer);
    return open;
}

#endif
