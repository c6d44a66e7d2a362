/*
 * plan: the ordinary part of the training tree, what is listed of it, and links. Odd names are in
 * names.c.
 */
#include "training/plan.h"
#include "training/names.h"

#include <stddef.h>

#define SPRING  "Pictures/2024/2024-03 Spring"
#define SUMMER  "Pictures/2024/2024-08 Summer"
#define CAMERA  "Pictures/2025/DCIM/100CAMERA"
#define BACKUP  "backup/2025-01-01"
#define THUMBS  "cache/thumbnails"

const tt_plan_batch tt_plan_batches[] = {
    /* folder, prefix, suffix, make, digits, first, count, day, days */
    {SPRING, "IMG_", ".jpg", tt_make_jpeg, 4, 101, 24, 70, 14},
    {SUMMER, "IMG_", ".jpg", tt_make_jpeg, 4, 201, 28, 214, 21},
    {CAMERA, "DSC", ".JPG", tt_make_jpeg, 5, 1001, 24, 420, 90},
    {"Pictures/Screenshots", "Screenshot_", ".png", tt_make_png, 2, 1, 12, 30, 690},
    {"Pictures/Scans", "scan", ".tif", tt_make_tiff, 3, 1, 6, 300, 5},
    {"Pictures/Animations", "loop", ".gif", tt_make_gif, 2, 1, 8, 100, 400},
    {"Pictures/Icons", "icon", ".ico", tt_make_ico, 2, 1, 8, 1, 3},
    {"Pictures/Old", "PICT", ".BMP", tt_make_bmp, 4, 1, 8, 0, 60},
    {"Pictures/Web", "photo-", ".webp", tt_make_webp, 2, 1, 8, 500, 200},
    {"Pictures/Raw frames", "frame", ".ppm", tt_make_ppm, 3, 1, 4, 365, 2},
    {"Pictures/Raw frames", "grey", ".pgm", tt_make_pgm, 3, 1, 4, 365, 2},
    {"Pictures/Drawings", "drawing ", ".svg", tt_make_svg, 1, 1, 6, 200, 200},
    {"Downloads", "download-", ".zip", tt_make_zip, 2, 1, 4, 150, 500},
    {"Downloads", "page", ".html", tt_make_html, 2, 1, 6, 90, 600},
    {"Downloads", "paper_", ".pdf", tt_make_pdf, 3, 1, 8, 60, 640},
    {"Downloads/books", "book", ".epub", tt_make_epub, 2, 1, 3, 400, 100},
    {"Documents/Letters", "letter ", ".rtf", tt_make_rtf, 2, 1, 6, 10, 700},
    {"Documents/Letters", "letter ", ".odt", tt_make_odt, 2, 7, 4, 10, 700},
    {"Documents/Reports", "Report ", ".docx", tt_make_docx, 2, 1, 6, 10, 700},
    {"Documents/Reports/final", "Report ", ".pdf", tt_make_pdf, 2, 1, 6, 20, 700},
    {"Documents/Tables", "table", ".csv", tt_make_csv, 2, 1, 8, 10, 700},
    {"Documents/Notes", "note-", ".txt", tt_make_txt, 3, 1, 16, 0, 730},
    {"Documents/Notes", "settings", ".json", tt_make_json, 1, 1, 3, 0, 730},
    {"Mail", "message-", ".eml", tt_make_eml, 3, 1, 10, 0, 730},
    {"Mail", "archive", ".mbox", tt_make_mbox, 1, 1, 2, 360, 10},
    {"Music/Tones", "tone ", ".wav", tt_make_wav, 2, 1, 8, 40, 300},
    {"Music/Tones", "tone ", ".aiff", tt_make_aiff, 2, 9, 3, 40, 300},
    {"Music/Tones", "tone ", ".au", tt_make_au, 2, 12, 3, 40, 300},
    {"Music/Album", "track ", ".mp3", tt_make_mp3, 2, 1, 8, 250, 2},
    {"Music/Album", "track ", ".flac", tt_make_flac, 2, 9, 4, 250, 2},
    {"Videos", "clip ", ".mp4", tt_make_mp4, 2, 1, 6, 120, 600},
    {"Videos", "clip ", ".mov", tt_make_mov, 2, 7, 4, 120, 600},
    {"Videos", "clip ", ".avi", tt_make_avi, 2, 11, 4, 20, 100},
    {"Videos", "clip ", ".mkv", tt_make_mkv, 2, 15, 3, 600, 100},
    {"Videos", "clip ", ".webm", tt_make_webm, 2, 18, 3, 600, 100},
    {BACKUP, "home-", ".tar", tt_make_tar, 1, 1, 2, 366, 1},
    {BACKUP, "home-", ".tar.gz", tt_make_tgz, 1, 3, 2, 366, 1},
    {BACKUP, "log.", ".gz", tt_make_gz, 1, 1, 5, 366, 1},
    {THUMBS, "f_", "", tt_make_jpeg_grey, 6, 10, 48, 600, 130},
    {"cache/data", "block_", "", tt_make_bytes, 4, 0, 24, 700, 30},
    {.folder = NULL},
};

#define UPPER "/level 01/level 02/level 03/level 04/level 05/level 06/level 07/level 08"
#define LOWER "/level 09/level 10/level 11/level 12/level 13/level 14/level 15/level 16"

const tt_plan_single tt_plan_singles[] = {
    /* Known files once more, under other names and in other places. */
    {"Downloads/IMG_0107 (1).jpg", tt_make_jpeg, SPRING "/IMG_0107.jpg"},
    {BACKUP "/Pictures/IMG_0107.jpg", tt_make_jpeg, SPRING "/IMG_0107.jpg"},
    {BACKUP "/Pictures/IMG_0216.jpg", tt_make_jpeg, SUMMER "/IMG_0216.jpg"},
    {"cache/f_00002a", tt_make_jpeg, CAMERA "/DSC01011.JPG"},
    {"Videos/.trash/clip.mp4", tt_make_mp4, "Videos/clip 02.mp4"},
    {"Deep" UPPER LOWER "/bottom.png", tt_make_png, "Pictures/Screenshots/Screenshot_03.png"},

    /* Names that contradict what is inside. */
    {"Renamed/shopping.txt", tt_make_png, NULL},
    {"Renamed/holiday.jpg", tt_make_zip, NULL},
    {"Renamed/song.mp3", tt_make_jpeg, NULL},
    {"Renamed/invoice.doc", tt_make_jpeg, CAMERA "/DSC01019.JPG"},
    {"Renamed/picture.png", tt_make_jpeg, NULL},
    {"Renamed/no extension", tt_make_png, NULL},

    {"Special/empty.jpg", tt_make_empty, NULL},
    {"Special/unknown.bin", tt_make_bytes, NULL},
    {.path = NULL},
};

const tt_plan_special tt_plan_specials[] = {
    {"Links/second name.jpg", SUMMER "/IMG_0203.jpg", TT_PLAN_HARD_LINK},
    {"Links/latest.jpg", "../" SPRING "/IMG_0107.jpg", TT_PLAN_SYMLINK},
    {"Links/missing.jpg", "nowhere/to be found.jpg", TT_PLAN_SYMLINK},
    {"Links/pictures", "../Pictures", TT_PLAN_SYMLINK},
    {"Links/up", "..", TT_PLAN_SYMLINK},
    {"Special/pipe", NULL, TT_PLAN_FIFO},
    {"Special/Empty folder", NULL, TT_PLAN_FOLDER},
    {.path = NULL},
};

const tt_plan_known tt_plan_knowns[] = {
    {SPRING "/IMG_0107.jpg", TT_LIST_MD5 | TT_LIST_SHA1},
    {SPRING "/IMG_0112.jpg", TT_LIST_MD5},
    {SUMMER "/IMG_0203.jpg", TT_LIST_MD5},
    {SUMMER "/IMG_0216.jpg", TT_LIST_MD5 | TT_LIST_VICS1},
    {CAMERA "/DSC01004.JPG", TT_LIST_SHA1},
    {CAMERA "/DSC01011.JPG", TT_LIST_SHA1 | TT_LIST_HASHDEEP},
    {CAMERA "/DSC01019.JPG", TT_LIST_SHA256},
    {"Pictures/Screenshots/Screenshot_03.png", TT_LIST_HASHDEEP},
    {"Pictures/Scans/scan002.tif", TT_LIST_CSV},
    {"Pictures/Animations/loop02.gif", TT_LIST_VICS2},
    {"Pictures/Web/photo-04.webp", TT_LIST_SHA256 | TT_LIST_VICS2},
    {"Pictures/Old/PICT0003.BMP", TT_LIST_CROSSED},
    {"Pictures/Old/PICT0005.BMP", TT_LIST_CROSSED},
    {"Videos/clip 02.mp4", TT_LIST_MD5 | TT_LIST_VICS2},
    {"Videos/clip 07.mov", TT_LIST_HASHDEEP},
    {"Videos/clip 12.avi", TT_LIST_VICS1},
    {"Videos/clip 15.mkv", TT_LIST_SHA1 | TT_LIST_CSV},
    {"Music/Tones/tone 04.wav", TT_LIST_SHA256},
    {"Downloads/paper_003.pdf", TT_LIST_MD5},
    {"Downloads/download-02.zip", TT_LIST_SHA1},
    {THUMBS "/f_000017", TT_LIST_MD5 | TT_LIST_CSV},
    {THUMBS "/f_000031", TT_LIST_MD5},
    {"Renamed/shopping.txt", TT_LIST_CSV},
    {TT_PLAN_SPARSE, TT_LIST_HASHDEEP},
    {TT_NAME_NEWLINE, TT_LIST_SHA1},
    {TT_NAME_FORMULA, TT_LIST_VICS1},
    {TT_NAME_NOT_UTF8, TT_LIST_MD5},
    {TT_NAME_LONG, TT_LIST_VICS2},
    {TT_NAME_HIDDEN, TT_LIST_MD5 | TT_LIST_VICS1},
    {TT_NAME_MARKUP, TT_LIST_SHA256 | TT_LIST_CSV},

    {"Pictures/Icons/icon01.ico", TT_LIST_GOOD},
    {"Pictures/Icons/icon02.ico", TT_LIST_GOOD},
    {"Pictures/Icons/icon03.ico", TT_LIST_GOOD},
    {"Pictures/Icons/icon04.ico", TT_LIST_GOOD},
    {"Documents/Letters/letter 01.rtf", TT_LIST_GOOD},
    {"Documents/Letters/letter 07.odt", TT_LIST_GOOD},
    {"Documents/Notes/note-001.txt", TT_LIST_GOOD},
    {"Downloads/books/book01.epub", TT_LIST_GOOD},
    {"Music/Album/track 01.mp3", TT_LIST_GOOD},
    {"Pictures/Drawings/drawing 1.svg", TT_LIST_GOOD},
    {.path = NULL},
};
