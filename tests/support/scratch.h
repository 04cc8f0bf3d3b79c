/* scratch.h: a directory of a test, removed with all that is in it. */
#ifndef TD_TEST_SCRATCH_H
#define TD_TEST_SCRATCH_H

#include <ftw.h>
#include <stdio.h>

static inline int remove_one(const char *path, const struct stat *info, int kind,
                             struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

/* 0 when nothing is left; follows no link. */
static inline int remove_tree(const char *path)
{
    return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
