/*
 * mail_kit: mails, mailboxes and what is encoded as text, written byte by byte.
 */
#ifndef TT_TESTS_MAIL_KIT_H
#define TT_TESTS_MAIL_KIT_H

#include "unpack_ask.h"

#define MAIL_HEAD                                                                                 \
    "Return-Path: <a@example.org>\nReceived: from x by y;\n\tMon, 1 Jan 2024 10:00:00 +0000\n"      \
    "From: a@example.org\nTo: b@example.org\nSubject: pictures\nMIME-Version: 1.0\n"

__attribute__((unused)) static void put_base64(bytes *out, bytes in, const char *ending)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < in.size; i += 3) {
        size_t left = in.size - i;
        uint32_t v = (uint32_t)in.data[i] << 16 | (left > 1 ? (uint32_t)in.data[i + 1] << 8 : 0)
                     | (left > 2 ? in.data[i + 2] : 0);
        char four[4] = {letters[v >> 18], letters[v >> 12 & 63], left > 1 ? letters[v >> 6 & 63] : '=',
                        left > 2 ? letters[v & 63] : '='};
        kit_add(out, four, 4);
        if (i % 57 == 54 || left <= 3)
            PUT_TEXT(out, ending);
    }
}

/* All bytes come out, line ends in it as escapes. */
__attribute__((unused)) static void put_quoted(bytes *out, bytes in, const char *ending)
{
    char text[8];
    size_t column = 0;

    for (size_t i = 0; i < in.size; i++) {
        uint8_t c = in.data[i];
        if (c > 32 && c < 127 && c != '=')
            snprintf(text, sizeof text, "%c", c);
        else
            snprintf(text, sizeof text, "=%02X", c);
        PUT_TEXT(out, text);
        column += strlen(text);
        if (column > 70) {
            PUT_TEXT(out, "=");
            PUT_TEXT(out, ending);
            column = 0;
        }
    }
    PUT_TEXT(out, ending);
}

/* A part with a name, behind its delimiter. `coding` is base64, quoted-printable or 8bit. */
__attribute__((unused)) static void put_part(bytes *out, const char *boundary, const char *name,
                                             const char *coding, bytes content)
{
    PUT_TEXT(out, "--");
    PUT_TEXT(out, boundary);
    PUT_TEXT(out, "\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: ");
    PUT_TEXT(out, coding);
    PUT_TEXT(out, "\nContent-Disposition: attachment; filename=\"");
    PUT_TEXT(out, name);
    PUT_TEXT(out, "\"\n\n");
    if (coding[0] == 'b') {
        put_base64(out, content, "\n");
    } else if (coding[0] == 'q') {
        put_quoted(out, content, "\n");
    } else {
        kit_add(out, content.data, content.size);
        PUT_TEXT(out, "\n");
    }
}

__attribute__((unused)) static void put_multipart(bytes *out, const char *boundary)
{
    PUT_TEXT(out, "Content-Type: multipart/mixed; boundary=\"");
    PUT_TEXT(out, boundary);
    PUT_TEXT(out, "\"\n\n");
}

__attribute__((unused)) static void put_closing(bytes *out, const char *boundary)
{
    PUT_TEXT(out, "--");
    PUT_TEXT(out, boundary);
    PUT_TEXT(out, "--\n");
}

/* A mail with these attachments, encoded one after another in each way. */
__attribute__((unused)) static bytes mail_of(const kit_member *members, size_t count,
                                             const char *boundary)
{
    static const char *const codings[] = {"base64", "quoted-printable", "base64"};
    bytes out = nothing();

    PUT_TEXT(&out, MAIL_HEAD);
    put_multipart(&out, boundary);
    for (size_t i = 0; i < count; i++)
        put_part(&out, boundary, members[i].name, codings[i % 3], members[i].content);
    put_closing(&out, boundary);
    return out;
}

/* All line ends as CR LF. */
__attribute__((unused)) static bytes with_crlf(bytes in)
{
    bytes out = nothing();

    for (size_t i = 0; i < in.size; i++)
        if (in.data[i] == '\n')
            kit_add(&out, "\r\n", 2);
        else
            kit_add(&out, in.data + i, 1);
    return out;
}

/* A mailbox of mails. */
__attribute__((unused)) static void put_mbox(bytes *out, bytes mail)
{
    PUT_TEXT(out, "From a@example.org Mon Jan  1 10:00:00 2024\n");
    kit_add(out, mail.data, mail.size);
    PUT_TEXT(out, "\n");
}

/* ---- Blocks in text ------------------------------------------------------------------------ */

/* `zero` is what stands for no bits: '`' or ' '. */
__attribute__((unused)) static void put_uu(bytes *out, const char *name, bytes in, char zero)
{
    PUT_TEXT(out, "begin 644 ");
    PUT_TEXT(out, name);
    PUT_TEXT(out, "\n");
    for (size_t at = 0; at < in.size; at += 45) {
        size_t size = in.size - at < 45 ? in.size - at : 45;
        char c = (char)(size + 32);
        kit_add(out, &c, 1);
        for (size_t i = 0; i < size; i += 3) {
            uint32_t v = (uint32_t)in.data[at + i] << 16
                         | (i + 1 < size ? (uint32_t)in.data[at + i + 1] << 8 : 0)
                         | (i + 2 < size ? in.data[at + i + 2] : 0);
            for (int k = 18; k >= 0; k -= 6) {
                c = (char)((v >> k & 63) + 32);
                c = c == ' ' ? zero : c;
                kit_add(out, &c, 1);
            }
        }
        PUT_TEXT(out, "\n");
    }
    kit_add(out, &zero, 1);
    PUT_TEXT(out, "\nend\n");
}

__attribute__((unused)) static void put_yenc_data(bytes *out, bytes in)
{
    for (size_t i = 0; i < in.size; i++) {
        uint8_t c = (uint8_t)(in.data[i] + 42);
        if (c == 0 || c == '\n' || c == '\r' || c == '=') {
            PUT_TEXT(out, "=");
            c = (uint8_t)(c + 64);
        }
        kit_add(out, &c, 1);
        if (i % 128 == 127)
            PUT_TEXT(out, "\r\n");
    }
    PUT_TEXT(out, "\r\n");
}

__attribute__((unused)) static void put_yenc(bytes *out, const char *name, bytes in)
{
    char text[300];

    snprintf(text, sizeof text, "=ybegin line=128 size=%zu name=%s\r\n", in.size, name);
    PUT_TEXT(out, text);
    put_yenc_data(out, in);
    snprintf(text, sizeof text, "=yend size=%zu crc32=%08x\r\n", in.size, crc_of(in.data, in.size));
    PUT_TEXT(out, text);
}

#endif
