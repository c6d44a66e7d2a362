/*
 * nsrl: NSRLFile.txt of the National Software Reference Library, RDS 2.x and 1.5.
 *
 *     "SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"
 *     "0000002D...","68CE322D...","3C0FCA6D","name",4096,1234,"358",""
 *
 * Strings are quoted, numbers are not, and nothing else does: names are bytes, Latin-1 and UTF-8
 * mixed, and may hold commas and quotes. Source: README-NSRL.md of armijnhemel/binaryanalysis-ng,
 * and src/files.cpp of jessek/hashdeep for 1.5.
 */
#include "hashsets/import/formats.h"
#include "hashsets/import/frame.h"

#define OTHER TT_FRAME_OTHER

static const tt_frame frames[] = {
    {.header = "SHA-1,MD5,CRC32,FileName,FileSize,ProductCode,OpSystemCode,SpecialCode",
     .left = {TUTELA_SHA1, TUTELA_MD5, OTHER},
     .left_count = 3,
     .right = {OTHER, OTHER, OTHER, TT_FRAME_SIZE},
     .right_count = 4},
    {.header = "SHA-1,FileName,FileSize,ProductCode,OpSystemCode,MD4,MD5,CRC32,SpecialCode",
     .left = {TUTELA_SHA1},
     .left_count = 1,
     .right = {OTHER, OTHER, TUTELA_MD5, OTHER, OTHER, OTHER, TT_FRAME_SIZE},
     .right_count = 7},
};

#define FRAMES (sizeof frames / sizeof frames[0])

int tt_nsrl_bid(const uint8_t *head, size_t size)
{
    return tt_frame_of_head(frames, FRAMES, head, size) ? 100 : 0;
}

tutela_status tt_nsrl_read(tt_input *input, const tt_row_sink *sink, tutela_error *error)
{
    return tt_frame_read(input, frames, FRAMES, "NSRL", sink, error);
}
