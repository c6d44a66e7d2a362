/*
 * media: what lies in the image of a disk that is a container of its own (AFF, E01, QCOW2, VHD, VHDX, VMDK),
 * as a stream of the disk's bytes.
 *
 * Each but AFF is read by a library of its own, which this build may lack: then it is `unsupported`.
 * They read hostile bytes, in the worker only, through the stream alone: no path and no file is opened.
 */
#ifndef TT_DISK_MEDIA_H
#define TT_DISK_MEDIA_H

#include "unpack/stream.h"

/* More than any disk has; a header that states more is not in order. */
#define TT_MEDIA_MAX (UINT64_C(1) << 50)

/* One image at work. Single. */
typedef struct tt_media tt_media;

/* One kind of image, behind one table: what each of the media_*.c offers. */
typedef struct tt_media_kind {
    const char *name; /* "ewf", "qcow", ... */
    size_t state;     /* bytes of what the others are given; all zeros before */
    /* Before the library sees the image: what it would not notice itself. As open. NULL: nothing. */
    tutela_status (*look)(void *state, tt_stream *stream, tt_trouble *trouble, tutela_error *error);
    /* As tt_media_open, with *size the medium's bytes. NULL: this build lacks the library. */
    tutela_status (*open)(void *state, tt_stream *stream, uint64_t *size, tt_trouble *trouble,
                          tutela_error *error);
    /* As tt_stream_ops.read_at; never asked for bytes behind the medium's end. */
    tutela_status (*read_at)(void *state, uint64_t offset, void *buffer, size_t size, size_t *got,
                             tt_trouble *trouble, tutela_error *error);
    /* As tt_media_verify; NULL: such an image holds no digest. */
    tutela_status (*verify)(void *state, tt_stream *medium, tt_trouble *trouble,
                            tutela_error *error);
    void (*close)(void *state); /* whatever of it was opened; the state itself is not its own to free */
} tt_media_kind;

extern const tt_media_kind tt_media_aff;  /* AFF in one file; tt_fits_aff */
extern const tt_media_kind tt_media_ewf;  /* E01 and SMART's S01; first bytes: tt_fits_ewf */
extern const tt_media_kind tt_media_qcow; /* QCOW 1 to 3; tt_fits_qcow */
extern const tt_media_kind tt_media_vhd;  /* VHD that grows, and VHDX; tt_fits_vhd */
extern const tt_media_kind tt_media_vmdk; /* VMDK in one file; tt_fits_vmdk */

/*
 * Begin. `stream` seeks and must outlive *out, which the caller owns: tt_media_close. *out is NULL when
 * it cannot be opened, and *trouble then says why. TUTELA_MEMORY.
 */
TT_MUST_USE tutela_status tt_media_open(tt_media **out, const tt_media_kind *kind,
                                        tt_stream *stream, tt_trouble *trouble,
                                        tutela_error *error);

/*
 * The medium's bytes; it seeks; the image's. A read that touches what is damaged, or is not there, fails
 * with a trouble: no zeros stand for it. What lies around it can still be read.
 */
tt_stream *tt_media_stream(tt_media *media);

/*
 * Read the whole medium once, where the image holds a digest of it, and compare: MALFORMED when that
 * does not fit or something cannot be read, else CLEAR; images that hold none are CLEAR at once.
 */
TT_MUST_USE tutela_status tt_media_verify(tt_media *media, tt_trouble *trouble,
                                          tutela_error *error);

void tt_media_close(tt_media *media); /* safe on NULL */

#endif
