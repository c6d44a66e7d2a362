/* feed: targets and patterns for a walk, safe from a caller that is gone. */
#include "engine/feed.h"

#include "base/mem.h"

tutela_status tt_feed_init(tt_feed *feed, const tutela_scan_options *options, int ask,
                           tutela_error *error)
{
    *feed = (tt_feed){.targets = options->targets,
                      .target_count = options->target_count,
                      .more = ask ? options->next_target : NULL,
                      .more_user = options->next_target_user};
    tt_lock_init(&feed->lock);
    feed->exclude = tt_alloc(options->exclude_count, sizeof *feed->exclude);
    if (!feed->exclude)
        return tt_no_memory(error);
    for (size_t i = 0; i < options->exclude_count; i++) {
        feed->exclude[i] = tt_copy_text(options->exclude[i]);
        if (!feed->exclude[i])
            return tt_no_memory(error);
        feed->exclude_count++;
    }
    return TUTELA_OK;
}

void tt_feed_done(tt_feed *feed)
{
    for (size_t i = 0; i < feed->exclude_count; i++)
        tt_free(feed->exclude[i]);
    tt_free(feed->exclude);
    tt_free(feed->path);
    tt_lock_done(&feed->lock);
    *feed = (tt_feed){0};
}

tt_walk_options tt_feed_walk(const tt_feed *feed, const tutela_scan_options *options)
{
    return (tt_walk_options){
        .exclude = (const char *const *)feed->exclude,
        .exclude_count = feed->exclude_count,
        .one_file_system = (options->flags & TUTELA_SCAN_ONE_FILE_SYSTEM) != 0,
        .nofollow_targets = (options->flags & TUTELA_SCAN_TARGETS_NOFOLLOW) != 0};
}

/* Under the lock: hand a copy of `path` out. */
static tutela_status hand_out(tt_feed *feed, const char *path, const char **out, int *answer,
                              tutela_error *error)
{
    char *copy;

    *answer = 0;
    if (feed->closed)
        return TUTELA_OK;
    copy = tt_copy_text(path);
    if (!copy)
        return tt_no_memory(error);
    tt_free(feed->path);
    feed->path = copy;
    *out = copy;
    *answer = 1;
    return TUTELA_OK;
}

/* Ask the caller; anything he may not answer is a failure of his. */
static tutela_status ask(tt_feed *feed, const char **out, int *answer, tutela_error *error)
{
    const char *path = NULL;
    tutela_status status = TUTELA_OK;
    int given = feed->more(feed->more_user, &path);

    *answer = given == 0 ? 0 : -1;
    if (given != 1 || !path)
        return TUTELA_OK;
    tt_lock_take(&feed->lock);
    status = hand_out(feed, path, out, answer, error);
    tt_lock_give(&feed->lock);
    return status;
}

tutela_status tt_feed_next(tt_feed *feed, const char **path, int *answer, tutela_error *error)
{
    tutela_status status = TUTELA_OK;
    int more;

    tt_lock_take(&feed->lock);
    more = feed->next == feed->target_count && feed->more && !feed->closed;
    *answer = 0;
    if (feed->next < feed->target_count)
        status = hand_out(feed, feed->closed ? "" : feed->targets[feed->next++], path, answer,
                          error);
    tt_lock_give(&feed->lock);
    return more ? ask(feed, path, answer, error) : status;
}

void tt_feed_close(tt_feed *feed)
{
    tt_lock_take(&feed->lock);
    feed->closed = 1;
    tt_lock_give(&feed->lock);
}
