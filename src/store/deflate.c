/*
 * deflate.c: zlib, in one piece each way.
 */
#include "store/deflate.h"

#define ZLIB_CONST
#include <zlib.h>

#define PIECE 16384
#define LEVEL 6

void td_deflate(struct td_slice bytes, struct td_buf *out)
{
    unsigned char piece[PIECE];
    z_stream stream = {0};

    if (deflateInit(&stream, LEVEL) != Z_OK)
        TD_PANIC("zlib has no memory");
    stream.next_in = (const Bytef *)bytes.ptr;
    stream.avail_in = (uInt)bytes.len;
    do {
        stream.next_out = piece;
        stream.avail_out = PIECE;
        (void)deflate(&stream, Z_FINISH);
        td_buf_add(out, piece, PIECE - stream.avail_out);
    } while (stream.avail_out == 0);
    (void)deflateEnd(&stream);
}

enum td_status td_inflate(struct td_slice deflated, struct td_buf *out,
                          struct td_err *err)
{
    unsigned char piece[PIECE];
    z_stream stream = {0};
    int rc;

    if (inflateInit(&stream) != Z_OK)
        TD_PANIC("zlib has no memory");
    stream.next_in = (const Bytef *)deflated.ptr;
    stream.avail_in = (uInt)deflated.len;
    do {
        stream.next_out = piece;
        stream.avail_out = PIECE;
        rc = inflate(&stream, Z_NO_FLUSH);
        td_buf_add(out, piece, PIECE - stream.avail_out);
    } while (rc == Z_OK && !td_buf_full(out));
    bool whole = rc == Z_STREAM_END && stream.avail_in == 0;
    (void)inflateEnd(&stream);
    if (td_buf_full(out))
        return td_fail(err, TD_DATA, "a stored body is larger than %zu bytes", out->max);
    if (!whole)
        return td_fail(err, TD_DATA, "a stored body is damaged");
    return TD_OK;
}
