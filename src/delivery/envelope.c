/* envelope.c: MAIL and RCPT for one parcel, and the reasons not to say them. */
#include "delivery/envelope.h"

#include <stdio.h>
#include <string.h>

/* A refusal of ours: the code a server would have given. */
struct refusal {
    int code, subject, detail;
    const char *why;
};

static bool refuse(struct td_reply *reply, const struct refusal *refusal)
{
    memset(reply, 0, sizeof *reply);
    reply->stage = TD_STAGE_MAIL;
    reply->code = refusal->code;
    reply->enhanced[0] = 5;
    reply->enhanced[1] = refusal->subject;
    reply->enhanced[2] = refusal->detail;
    (void)snprintf(reply->text, sizeof reply->text, "%d 5.%d.%d not sent: %s",
                   refusal->code, refusal->subject, refusal->detail, refusal->why);
    return false;
}

bool td_envelope_fits(const struct td_parcel *parcel, const struct td_ehlo *offered,
                      struct td_wire wire, struct td_reply *why)
{
    static const struct refusal path = {553, 1, 3, "an address holds what none may hold"};
    static const struct refusal bare = {
        554, 6, 0, "the message holds a bare CR or LF, a NUL, or an open last line"};
    static const struct refusal utf8 = {
        553, 6, 7, "the address needs SMTPUTF8, which the server does not offer"};
    static const struct refusal high = {
        554, 6, 3, "the message is 8-bit and the server does not offer 8BITMIME"};
    if (!td_wire_path_ok(parcel->mail_from) || !td_wire_path_ok(parcel->rcpt))
        return refuse(why, &path);
    if (wire.bare)
        return refuse(why, &bare);
    if (parcel->smtputf8 && !offered->smtputf8)
        return refuse(why, &utf8);
    if (wire.eightbit && !offered->eightbit)
        return refuse(why, &high);
    if (offered->size_max > 0 && parcel->data.len > (uint64_t)offered->size_max) {
        char text[120];
        (void)snprintf(text, sizeof text,
                       "the message has %zu octets, the server takes %lld",
                       parcel->data.len, (long long)offered->size_max);
        return refuse(why, &(struct refusal){552, 3, 4, text});
    }
    return true;
}

void td_envelope_mail(const struct td_parcel *parcel, const struct td_ehlo *offered,
                      struct td_wire wire, struct td_buf *out)
{
    td_buf_addf(out, "MAIL FROM:<%s>", parcel->mail_from);
    if (offered->size)
        td_buf_addf(out, " SIZE=%zu", parcel->data.len);
    if (wire.eightbit)
        td_buf_add_str(out, " BODY=8BITMIME");
    if (parcel->smtputf8)
        td_buf_add_str(out, " SMTPUTF8");
    td_buf_add_str(out, "\r\n");
}

void td_envelope_rcpt(const struct td_parcel *parcel, struct td_buf *out)
{
    td_buf_addf(out, "RCPT TO:<%s>\r\n", parcel->rcpt);
}
