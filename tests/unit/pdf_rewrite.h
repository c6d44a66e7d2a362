/*
 * pdf_rewrite: a PDF once more as qpdf writes it: in other forms, and encrypted.
 */
#ifndef TT_TESTS_PDF_REWRITE_H
#define TT_TESTS_PDF_REWRITE_H

#include "pdf_kit.h"

#include <qpdf/qpdf-c.h>

/* By qpdf, which keeps what it is told to. Encrypted with `user`, and "owner", from variant 4 on. */
__attribute__((unused)) static bytes rewritten(bytes b, int variant, const char *user)
{
    qpdf_data q = qpdf_init();
    bytes out = nothing();

    qpdf_set_suppress_warnings(q, QPDF_TRUE);
    if (qpdf_read_memory(q, "", (const char *)b.data, b.size, "") == QPDF_SUCCESS
        && qpdf_init_write_memory(q) == QPDF_SUCCESS) {
        qpdf_set_stream_data_mode(q, qpdf_s_preserve);
        qpdf_set_object_stream_mode(q, variant & 1 ? qpdf_o_generate : qpdf_o_disable);
        qpdf_set_linearization(q, variant & 2 ? QPDF_TRUE : QPDF_FALSE);
        qpdf_set_preserve_unreferenced_objects(q, QPDF_TRUE);
        if (variant & 4)
            qpdf_set_r4_encryption_parameters_insecure(q, user, "owner", 1, 1, 1, 1, 1, 1,
                                                       qpdf_r3p_full, 1, 1);
        if (variant & 8)
            qpdf_set_r6_encryption_parameters2(q, user, "owner", 1, 1, 1, 1, 1, 1, qpdf_r3p_full,
                                               1);
        if (variant & 16)
            qpdf_set_r3_encryption_parameters_insecure(q, user, "owner", 1, 1, 1, 1, 1, 1,
                                                       qpdf_r3p_full);
        if (!(qpdf_write(q) & (QPDF_ERRORS)))
            kit_add(&out, qpdf_get_buffer(q), qpdf_get_buffer_length(q));
    }
    qpdf_cleanup(&q);
    return out;
}

#endif
