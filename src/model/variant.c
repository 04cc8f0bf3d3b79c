/*
 * variant.c: a variant as one blob: "TDV1", number of slots, length of the message, each slot,
 * the message. Numbers are 32 bits, least byte first.
 */
#include "model/variant.h"

#include <string.h>

#define MAGIC     "TDV1"
#define HEAD_SIZE 12
#define SLOT_SIZE 6
#define BYTES_MAX ((size_t)64 << 20) /* no mail is larger; keeps lengths within 32 bits */

void td_variant_release(struct td_variant *variant)
{
    td_buf_release(&variant->bytes);
    variant->slot_count = 0;
}

static void put_u32(struct td_buf *out, size_t n)
{
    for (int i = 0; i < 4; i++)
        td_buf_add_char(out, (char)(unsigned char)(n >> (8 * i) & 0xff));
}

static size_t get_u32(const char *p)
{
    size_t n = 0;
    for (int i = 0; i < 4; i++)
        n |= (size_t)(unsigned char)p[i] << (8 * i);
    return n;
}

void td_variant_pack(const struct td_variant *variant, struct td_buf *out)
{
    td_buf_add_str(out, MAGIC);
    put_u32(out, variant->slot_count);
    put_u32(out, variant->bytes.len);
    for (size_t i = 0; i < variant->slot_count; i++) {
        const struct td_slot *slot = &variant->slots[i];
        put_u32(out, slot->offset);
        td_buf_add_char(out, (char)slot->kind);
        td_buf_add_char(out, (char)slot->place);
    }
    td_buf_add(out, variant->bytes.ptr, variant->bytes.len);
}

/* Reads one slot; false when it is none or stands before `least` or behind `most`. */
static bool unpack_slot(const char *p, size_t least, size_t most, struct td_slot *out)
{
    const unsigned kind = (unsigned char)p[4];
    const unsigned place = (unsigned char)p[5];
    out->offset = get_u32(p);
    if (kind >= TD_SLOT_KINDS || place > TD_PLACE_HTML)
        return false;
    out->kind = (enum td_slot_kind)kind;
    out->place = (enum td_slot_place)place;
    return out->offset >= least && out->offset <= most;
}

enum td_status td_variant_unpack(struct td_slice blob, struct td_variant *out,
                                 struct td_err *err)
{
    if (blob.len < HEAD_SIZE || memcmp(blob.ptr, MAGIC, 4) != 0)
        return td_fail(err, TD_DATA, "stored variant: not a variant");
    const size_t count = get_u32(blob.ptr + 4);
    const size_t len = get_u32(blob.ptr + 8);
    if (count > TD_SLOTS_MAX || len > BYTES_MAX ||
        blob.len != HEAD_SIZE + count * SLOT_SIZE + len)
        return td_fail(err, TD_DATA, "stored variant: cut short or damaged");
    size_t least = 0;
    for (size_t i = 0; i < count; i++) {
        const char *p = blob.ptr + HEAD_SIZE + i * SLOT_SIZE;
        if (!unpack_slot(p, least, len, &out->slots[i]))
            return td_fail(err, TD_DATA, "stored variant: slot %zu is damaged", i);
        least = out->slots[i].offset;
    }
    out->slot_count = count;
    td_buf_init(&out->bytes, BYTES_MAX);
    td_buf_add(&out->bytes, blob.ptr + HEAD_SIZE + count * SLOT_SIZE, len);
    return TD_OK;
}
