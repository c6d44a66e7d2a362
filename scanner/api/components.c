/* components: what this build is made of, for `tutela version -v`. */
#include "digest/digest.h"
#include "digest/sha256.h"
#include "hashsets/import/import.h"
#include "hashsets/set.h"
#include "identify/identify.h"

int tutela_component_at(size_t index, tutela_component *out)
{
    const tutela_component parts[] = {
        {"digest:md5", "openssl", "one stream at a time"},
        {"digest:sha1", "openssl", "one stream at a time"},
        {"digest:sha256", "openssl", "one stream at a time"},
        {"digest:sha512", "openssl", "one stream at a time"},
        {"seal:sha256", tt_sha256_kernel(), "one digest at a time"},
        {"openssl", tt_digest_library(), ""},
        {"hyperscan", tt_identify_hyperscan_version(), "file signatures"},
        {"libmagic", tt_identify_magic_version(), "MIME types of findings"},
    };

    if (!out || index >= sizeof parts / sizeof parts[0])
        return 0;
    *out = parts[index];
    return 1;
}
