/* fuzz_earlier: tt_earlier_record_read, of one line of a report that is gone on from. */
#include "fuzz.h"

#include "report/earlier_record.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tt_earlier_record record;

    if (tt_earlier_record_read(&record, (const char *)data, size, NULL) == TUTELA_OK
        && record.kind == TT_EARLIER_ITEM && (!record.path || record.step_count > TUTELA_STEPS_MAX))
        abort();
    tt_earlier_record_done(&record);
    return 0;
}

size_t fuzz_seed(size_t index, uint8_t *out, size_t room)
{
    static const char *const seeds[] = {
        "{\"type\":\"run\",\"schema\":1,\"targets\":[\"a\"],\"targets_base64\":[\"YQ==\"],\"sets\":[{\"list\":\"l\","
        "\"version\":null,\"polarity\":\"known-bad\",\"entries\":7}]}",
        "{\"type\":\"item\",\"chain\":[\"a\"],\"chain_base64\":[\"YQ==\"],\"size\":9,\"status\":\"limit\",\"position\":"
        "{\"members\":[3,1],\"before\":[\"clear\",\"malformed\"],\"modified_ns\":\"-5\"}}",
        "{\"type\":\"match\",\"chain\":[\"a\",\"b\"],\"size\":9,\"status\":\"match\",\"matches\":[{\"list\":\"l\"}]}",
        "{\"type\":\"summary\",\"items\":2,\"by_status\":{\"clear\":1,\"limit\":1},\"matches\":0}",
    };
    size_t size;

    if (index >= sizeof seeds / sizeof seeds[0])
        return 0;
    size = strlen(seeds[index]) < room ? strlen(seeds[index]) : room;
    memcpy(out, seeds[index], size);
    return size;
}
