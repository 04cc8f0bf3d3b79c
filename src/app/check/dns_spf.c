/* SPF as receivers evaluate it (RFC 7208), as far as it can go wrong by itself. */
#include <stdio.h>
#include <string.h>

#include "app/check/dns_rules.h"

#define LOOKUPS_MOST 10 /* RFC 7208 4.6.4 */
#define VOIDS_MOST   2
#define GIVE_UP      30 /* look-ups; what is so wrong need not be counted to its end */

struct spf {
    const struct td_dns_look *look;
    const char *domain; /* of the record that is judged */
    const char *at;     /* of the one that is being read: that, or what it includes */
    int lookups, voids;
    bool pointer; /* a ptr mechanism */
    bool all;     /* the record, or the one it redirects to, ends in one */
    bool open;    /* +all */
    bool unanswered;
    char broken[300]; /* an include without a record, … ; "" */
};

static void evaluate(struct spf *spf, struct td_slice record, bool top);

/* What a mechanism names, or the domain itself; false when a macro is in it: who knows. */
static bool target_of(const struct spf *spf, struct td_slice value, char out[256])
{
    struct td_slice name = td_slice_sub(value, 0, td_slice_find(value, 0, '/'));
    if (name.len == 0)
        name = td_slice(spf->at);
    if (name.len > 253 || td_slice_find(name, 0, '%') != (size_t)-1)
        return false;
    (void)snprintf(out, 256, "%.*s", (int)name.len, name.ptr);
    return true;
}

/* top: it takes the place of the record itself. */
static void follow(struct spf *spf, struct td_slice value, bool top)
{
    const char *from = spf->at;
    char name[256];
    struct td_slice record;
    spf->all = spf->all || top;
    if (value.len == 0 || !target_of(spf, value, name))
        return;
    switch (td_dns_record(spf->look, name, "v=spf1", &record)) {
    case TD_OK:
        spf->at = name;
        spf->all = spf->all && !top; /* that one says */
        evaluate(spf, record, top);
        spf->at = from;
        break;
    case TD_AGAIN: spf->unanswered = true; break;
    case TD_CONFLICT:
        (void)snprintf(spf->broken, sizeof spf->broken, "%s has more than one record",
                       name);
        break;
    default:
        spf->voids++;
        (void)snprintf(spf->broken, sizeof spf->broken, "%s has no record", name);
    }
}

static void look_up(struct spf *spf, struct td_slice value, enum td_dns_type type)
{
    char name[256];
    struct td_dns_answer answer;
    struct td_err ignored;
    if (!target_of(spf, value, name))
        return;
    enum td_status status = td_dns_ask(spf->look->dns, name, type, &answer, &ignored);
    if (status == TD_NO && type == TD_DNS_A)
        status = td_dns_ask(spf->look->dns, name, TD_DNS_AAAA, &answer, &ignored);
    spf->voids += status == TD_NO;
    spf->unanswered = spf->unanswered || status == TD_AGAIN;
}

static void take_all(struct spf *spf, char qualifier, bool top)
{
    if (!top)
        return;
    spf->all = qualifier != '?';
    spf->open = qualifier == '+';
}

static void take_term(struct spf *spf, struct td_slice term, bool top)
{
    char qualifier = '+';
    if (term.len > 0 && strchr("+-~?", term.ptr[0])) {
        qualifier = term.ptr[0];
        term = td_slice_sub(term, 1, term.len);
    }
    size_t colon = td_slice_find(term, 0, ':');
    struct td_slice name = td_slice_sub(term, 0, colon);
    struct td_slice value = colon == (size_t)-1 ? td_slice_sub(term, term.len, term.len)
                                                : td_slice_sub(term, colon + 1, term.len);
    name = td_slice_sub(name, 0, td_slice_find(name, 0, '/'));
    if (td_slice_istarts(term, "redirect=")) {
        spf->lookups++;
        follow(spf, td_slice_sub(term, strlen("redirect="), term.len), top);
    } else if (td_slice_iis(name, "include")) {
        spf->lookups++;
        follow(spf, value, false);
    } else if (td_slice_iis(name, "a") || td_slice_iis(name, "mx")) {
        spf->lookups++;
        look_up(spf, value, td_slice_iis(name, "a") ? TD_DNS_A : TD_DNS_MX);
    } else if (td_slice_iis(name, "exists") || td_slice_iis(name, "ptr")) {
        spf->lookups++;
        spf->pointer = spf->pointer || td_slice_iis(name, "ptr");
    } else if (td_slice_iis(name, "all")) {
        take_all(spf, qualifier, top);
    }
}

static void evaluate(struct spf *spf, struct td_slice record, bool top)
{
    struct td_slice rest = td_slice_sub(record, strlen("v=spf1"), record.len);
    struct td_slice term;
    while (spf->lookups < GIVE_UP && td_slice_token(&rest, " ", &term))
        take_term(spf, term, top);
}

static void tell_faults(const struct spf *spf)
{
    const struct td_dns_look *look = spf->look;
    const char *domain = spf->domain;
    if (spf->unanswered)
        td_dns_tell(look, TD_DNS_UNKNOWN, "spf", domain,
                    "not all that the record refers to could be asked");
    if (spf->broken[0])
        td_dns_tell(look, TD_DNS_ERROR, "spf", domain, "the record refers to: %s",
                    spf->broken);
    if (spf->lookups > LOOKUPS_MOST)
        td_dns_tell(look, TD_DNS_ERROR, "spf", domain,
                    "%s%d look-ups; receivers stop at %d and fail the mail",
                    spf->lookups >= GIVE_UP ? "over " : "", spf->lookups, LOOKUPS_MOST);
    if (spf->voids > VOIDS_MOST)
        td_dns_tell(look, TD_DNS_ERROR, "spf", domain,
                    "%d look-ups lead nowhere; receivers stop at %d", spf->voids,
                    VOIDS_MOST);
    if (spf->pointer)
        td_dns_tell(look, TD_DNS_WARNING, "spf", domain,
                    "ptr is not to be used (RFC 7208)");
    if (spf->open)
        td_dns_tell(look, TD_DNS_ERROR, "spf", domain, "+all lets everybody send as you");
    else if (!spf->all && spf->lookups < GIVE_UP)
        td_dns_tell(look, TD_DNS_WARNING, "spf", domain,
                    "it does not end in ~all or -all: anybody may send as you");
}

void td_dns_check_spf(const struct td_dns_look *look, const char *domain)
{
    struct spf spf = {.look = look, .domain = domain, .at = domain};
    struct td_slice record;
    switch (td_dns_record(look, domain, "v=spf1", &record)) {
    case TD_OK: break;
    case TD_CONFLICT:
        td_dns_tell(look, TD_DNS_ERROR, "spf", domain,
                    "more than one record: receivers take none of them");
        return;
    case TD_AGAIN: td_dns_tell(look, TD_DNS_UNKNOWN, "spf", domain, "no answer"); return;
    default:
        td_dns_tell(look, TD_DNS_ERROR, "spf", domain,
                    "there is no record: publish one that names your relays, as "
                    "\"v=spf1 mx ~all\"");
        return;
    }
    evaluate(&spf, record, true);
    bool well = !spf.unanswered && !spf.broken[0] && spf.lookups <= LOOKUPS_MOST &&
                spf.voids <= VOIDS_MOST && !spf.pointer && spf.all && !spf.open;
    if (well)
        td_dns_tell(look, TD_DNS_OK, "spf", domain, "%.*s", (int)record.len, record.ptr);
    else
        tell_faults(&spf);
}
