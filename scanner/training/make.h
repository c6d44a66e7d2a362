/*
 * make: every kind of file the training tree holds, as one function each.
 *
 * A maker appends one whole file to `out`; what it makes follows from `random` alone, never from
 * the machine, the clock or floating point. Failures stay in the buf (tt_buf_failed). Thread:
 * single. A new kind is one function here and its rows in plan.c.
 */
#ifndef TT_TRAINING_MAKE_H
#define TT_TRAINING_MAKE_H

#include "base/buf.h"
#include "training/random.h"

#define TT_MAKE_MAX (8u << 20) /* bytes of one made file: the tree stays small */

typedef void tt_make(tt_buf *out, tt_random *random);

/* Pictures: colour fields and patterns that depict nothing (picture.h). */
tt_make tt_make_jpeg;
tt_make tt_make_jpeg_grey;
tt_make tt_make_png;
tt_make tt_make_gif;
tt_make tt_make_bmp;
tt_make tt_make_tiff;
tt_make tt_make_webp;
tt_make tt_make_ico;
tt_make tt_make_ppm;
tt_make tt_make_pgm;
tt_make tt_make_svg;

/* Sound: chords of plain tones; MP3 is silence. */
tt_make tt_make_wav;
tt_make tt_make_aiff;
tt_make tt_make_au;
tt_make tt_make_mp3;
tt_make tt_make_flac;

/* Video: a pattern that changes, as motion JPEG; WebM is a header and one cluster. */
tt_make tt_make_avi;
tt_make tt_make_mp4;
tt_make tt_make_mov;
tt_make tt_make_mkv;
tt_make tt_make_webm;

/* Documents and mail. */
tt_make tt_make_txt;
tt_make tt_make_csv;
tt_make tt_make_html;
tt_make tt_make_rtf;
tt_make tt_make_json;
tt_make tt_make_pdf;
tt_make tt_make_docx;
tt_make tt_make_odt;
tt_make tt_make_epub;
tt_make tt_make_eml;
tt_make tt_make_mbox;

/* Containers, stored without compression. */
tt_make tt_make_zip;
tt_make tt_make_tar;
tt_make tt_make_tgz;
tt_make tt_make_gz;

/* Neither: bytes of no type, and no bytes. */
tt_make tt_make_bytes;
tt_make tt_make_empty;

#endif
