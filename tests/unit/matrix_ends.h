/*
 * matrix_ends: samples of what is known by its end, or stands behind something else's; see matrix_samples.h,
 * whose samples they are made of.
 */
#ifndef TT_TESTS_MATRIX_ENDS_H
#define TT_TESTS_MATRIX_ENDS_H

#include "matrix_samples.h"
#include "unpack_firefox.h"

SAMPLE(behind)
{
    bytes out = jpeg_of(3000), rar = sample_rar5(file);

    put_bytes(&out, rar);
    return out;
}

SAMPLE(both)
{
    bytes out = in_ole2("other", kit_noise(5000)), zip = sample_zip(file);

    put_bytes(&out, zip);
    return out;
}

SAMPLE(firefox)
{
    return firefox_of(file, ":https://a.example/file.jpg", FIREFOX_FACTS, sizeof FIREFOX_FACTS, 3);
}

#endif
