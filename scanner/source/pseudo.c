/*
 * pseudo: kinds of file systems, by the number statfs(2) gives.
 *
 * Most of them here are skipped. What is read there is made up at the moment of reading: sizes are 0 or lies, some reads never
 * end, some change the machine. The numbers are the kernel's ABI (linux/magic.h and the file
 * systems' own sources); they are written out because no one header has them all.
 *
 * Not here, on purpose: tmpfs, devtmpfs, ramfs and hugetlbfs hold bytes that people put there, and
 * autofs only waits for a real file system to be mounted on it.
 */
#include "source/pseudo.h"

#include <stddef.h>

typedef struct kind {
    uint32_t magic;
    const char *reason;
} kind;

static const kind kinds[] = {
    {0x00009fa0, "pseudo file system (proc)"},
    {0x62656572, "pseudo file system (sysfs)"},
    {0x0027e0eb, "pseudo file system (cgroup)"},
    {0x63677270, "pseudo file system (cgroup2)"},
    {0x64626720, "pseudo file system (debugfs)"},
    {0x74726163, "pseudo file system (tracefs)"},
    {0x73636673, "pseudo file system (securityfs)"},
    {0x62656570, "pseudo file system (configfs)"},
    {0x00001cd1, "pseudo file system (devpts)"},
    {0x19800202, "pseudo file system (mqueue)"},
    {0xcafe4a11, "pseudo file system (bpf)"},
    {0x6165676c, "pseudo file system (pstore)"},
    {0xde5e81e4, "pseudo file system (efivarfs)"},
    {0x42494e4d, "pseudo file system (binfmt_misc)"},
    {0xf97cff8c, "pseudo file system (selinuxfs)"},
    {0x43415d53, "pseudo file system (smackfs)"},
    {0x5a3c69f0, "pseudo file system (apparmorfs)"},
    {0x6e736673, "pseudo file system (nsfs)"},
    {0x50494446, "pseudo file system (pidfs)"},
    {0x50495045, "pseudo file system (pipefs)"},
    {0x534f434b, "pseudo file system (sockfs)"},
    {0x09041934, "pseudo file system (anonymous inode)"},
    {0x65735543, "pseudo file system (fusectl)"},
    {0x67596969, "pseudo file system (rpc_pipefs)"},
    {0x6e667364, "pseudo file system (nfsd)"},
    {0x07655821, "pseudo file system (resctrl)"},
    {0x00009fa1, "pseudo file system (openprom)"},
    {0x00009fa2, "pseudo file system (usbdevfs)"},
    {0x444d4142, "pseudo file system (dma-buf)"},
    {0xabba1974, "pseudo file system (xenfs)"},
};

/* Disks and memory. Not overlays, whose files may come from anywhere. */
static const uint32_t paged[] = {
    0x0000ef53, /* ext2, ext3, ext4 */
    0x58465342, /* XFS */
    0x9123683e, /* Btrfs */
    0xf2f52010, /* F2FS */
    0x01021994, /* tmpfs */
    0x858458f6, /* ramfs */
    0x73717368, /* SquashFS */
    0xe0f5e1e2, /* EROFS */
    0x00009660, /* ISO 9660 */
    0x15013346, /* UDF */
    0x00004d44, /* FAT */
    0x2011bab0, /* exFAT */
    0x7366746e, /* NTFS3 */
};

int tt_paged_system(uint64_t f_type)
{
    uint32_t magic = (uint32_t)f_type;

    for (size_t i = 0; i < sizeof paged / sizeof paged[0]; i++)
        if (paged[i] == magic)
            return 1;
    return 0;
}

const char *tt_pseudo_reason(uint64_t f_type)
{
    /* f_type is a signed word of 32 or 64 bits; the numbers have 32. */
    uint32_t magic = (uint32_t)f_type;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].magic == magic)
            return kinds[i].reason;
    return NULL;
}
