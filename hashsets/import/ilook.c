/*
 * ilook: hash sets of ILook Investigator, versions 1, 3 and 4.
 *
 *     V1Hash,HashType,SetDescription,FileName,FilePath,FileSize
 *     V3Hash,HashSHA1,FileName,FilePath,FileSize,HashSHA256,HashSHA384,HashSHA512
 *     V4Hash,...as 3...,CreateTime,ModTime,LastAccessTime
 *
 * The first column is the MD5. Nothing is quoted, so names may break into columns. Times are those
 * of the file. Source: src/files.cpp of jessek/hashdeep; some write version 4 under "V3Hash".
 */
#include "hashsets/import/formats.h"
#include "hashsets/import/frame.h"

#define OTHER TT_FRAME_OTHER
#define V3_NAMES "Hash,HashSHA1,FileName,FilePath,FileSize,HashSHA256,HashSHA384,HashSHA512"
#define V4_NAMES V3_NAMES ",CreateTime,ModTime,LastAccessTime"
#define V4_COLUMNS                                                                             \
    .left = {TUTELA_MD5, TUTELA_SHA1}, .left_count = 2,                                        \
    .right = {OTHER, OTHER, OTHER, TUTELA_SHA512, OTHER, TUTELA_SHA256, TT_FRAME_SIZE},        \
    .right_count = 7

static const tt_frame frames[] = {
    {.header = "V1Hash,HashType,SetDescription,FileName,FilePath,FileSize",
     .left = {TUTELA_MD5, OTHER},
     .left_count = 2,
     .right = {TT_FRAME_SIZE},
     .right_count = 1},
    {.header = "V3" V3_NAMES,
     .left = {TUTELA_MD5, TUTELA_SHA1},
     .left_count = 2,
     .right = {TUTELA_SHA512, OTHER, TUTELA_SHA256, TT_FRAME_SIZE},
     .right_count = 4},
    {.header = "V3" V4_NAMES, V4_COLUMNS},
    {.header = "V4" V4_NAMES, V4_COLUMNS},
};

#define FRAMES (sizeof frames / sizeof frames[0])

int tt_ilook_bid(const uint8_t *head, size_t size)
{
    return tt_frame_of_head(frames, FRAMES, head, size) ? 100 : 0;
}

tutela_status tt_ilook_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    return tt_frame_read(input, frames, FRAMES, "ILook", sink, error);
}
