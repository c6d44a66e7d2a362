/*
 * zip_directory: what the directory at a zip file's end says is in it, read without unpacking.
 *
 * libarchive reads a zip by its directory or by the members' own headers, and believes whichever it
 * reads. A member can lie in one and not in the other, two can share bytes, and a name can be none that
 * libarchive can turn into text. This compares: it lists the directory in the order of the members'
 * places, and finds what lies between them that no entry owns.
 */
#ifndef TT_UNPACK_ZIP_DIRECTORY_H
#define TT_UNPACK_ZIP_DIRECTORY_H

#include "unpack/stream.h"

typedef struct tt_zip_directory tt_zip_directory;

void tt_zip_directory_free(tt_zip_directory *directory);

#endif
