/* components: what this build is made of, and what it chose, for `tutela version -v`. */
#include "base/status.h"
#include "digest/choice.h"
#include "digest/cpu.h"
#include "digest/digest.h"
#include "engine/layers.h"
#include "hashsets/import/import.h"
#include "hashsets/set.h"
#include "identify/identify.h"

#include <pthread.h>
#include <stdio.h>

/* What tutela-worker reads with, where it was there when this was built. */
#ifdef HAVE_LIBQPDF
#define LIBQPDF "built in"
#else
#define LIBQPDF "not built in"
#endif
#ifdef HAVE_LIBMSPACK
#define LIBMSPACK "built in"
#else
#define LIBMSPACK "not built in"
#endif
#ifdef HAVE_LIBEWF
#define LIBEWF "built in"
#else
#define LIBEWF "not built in"
#endif
#ifdef HAVE_LIBQCOW
#define LIBQCOW "built in"
#else
#define LIBQCOW "not built in"
#endif
#ifdef HAVE_LIBVHDI
#define LIBVHDI "built in"
#else
#define LIBVHDI "not built in"
#endif
#ifdef HAVE_LIBVMDK
#define LIBVMDK "built in"
#else
#define LIBVMDK "not built in"
#endif

/* The Makefile knows it: the library itself is not linked with it. */
#ifndef TT_LIBMAGIC
#define TT_LIBMAGIC "in another build"
#endif
#ifndef TT_LIBTSK
#define TT_LIBTSK "in another build"
#endif

#define LOWERED "TUTELA_CPU leaves: "

/* Words for the choices, made once for the life of the process by `describe`, under `once`. */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static tt_choice digests[TUTELA_ALGORITHM_COUNT], seal;
static char processor[TT_CHOICE_TEXT], lowered[sizeof LOWERED + TT_CHOICE_TEXT];

/* The sandbox's: made once, when that part is asked for, since a process is started for it. */
static pthread_once_t locked_once = PTHREAD_ONCE_INIT;
static tt_layers layers;

static void describe_sandbox(void)
{
    tt_layers_describe(&layers);
}

static void describe(void)
{
    char left[TT_CHOICE_TEXT];
    tt_lanes lanes;

    for (int i = 0; i < TUTELA_ALGORITHM_COUNT; i++)
        tt_choice_describe(&digests[i], i, NULL);
    if (tt_lanes_choose(&lanes, TUTELA_SHA256, tt_cpu_features()))
        tt_choice_describe(&seal, TUTELA_SHA256, &lanes);
    tt_choice_features(processor, tt_cpu_present());
    if (tt_cpu_features() == tt_cpu_present())
        return;
    tt_choice_features(left, tt_cpu_features());
    (void)snprintf(lowered, sizeof lowered, LOWERED "%s", left);
}

int tutela_component_at(size_t index, tutela_component *out)
{
    const tutela_component parts[] = {
        {"processor", processor, lowered},
        {"digest:md5", digests[TUTELA_MD5].most, digests[TUTELA_MD5].steps},
        {"digest:sha1", digests[TUTELA_SHA1].most, digests[TUTELA_SHA1].steps},
        {"digest:sha256", digests[TUTELA_SHA256].most, digests[TUTELA_SHA256].steps},
        {"digest:sha512", digests[TUTELA_SHA512].most, digests[TUTELA_SHA512].steps},
        {"seal:sha256", seal.most, seal.steps},
        {"openssl", tt_digest_library(), ""},
        {"hyperscan", tt_identify_hyperscan_version(), "file signatures"},
        {"libmagic", TT_LIBMAGIC, "MIME types of findings, in tutela-worker"},
        {"libtsk", TT_LIBTSK, "reads partitions and file systems, in tutela-worker"},
        {"libqpdf", LIBQPDF, "reads PDF"},
        {"libmspack", LIBMSPACK, "reads CHM"},
        {"libewf", LIBEWF, "reads E01"},
        {"libqcow", LIBQCOW, "reads QCOW"},
        {"libvhdi", LIBVHDI, "reads VHD and VHDX"},
        {"libvmdk", LIBVMDK, "reads VMDK"},
        {"sandbox", layers.count, layers.names},
    };

    if (!out || index >= sizeof parts / sizeof parts[0])
        return 0;
    (void)pthread_once(&once, describe);
    if (parts[index].version == layers.count)
        (void)pthread_once(&locked_once, describe_sandbox);
    *out = parts[index];
    return 1;
}
