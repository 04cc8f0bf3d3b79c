/* group.c: which domains belong together. */
#include "model/group.h"

#include "base/err.h"

/* Domains by their whole name, or, ending in a dot, by their first label: "hotmail." is hotmail.com,
 * hotmail.co.uk and all others of that brand. The first of a group is its name. */
static const char *const google[] = {"gmail.com", "googlemail.com", NULL};
static const char *const microsoft[] = {"outlook.com",     "outlook.", "hotmail.",
                                        "live.",           "msn.com",  "passport.com",
                                        "windowslive.com", NULL};
static const char *const yahoo[] = {
    "yahoo.com", "yahoo.",  "ymail.com",   "rocketmail.com", "aol.com",
    "aol.",      "aim.com", "verizon.net", "netscape.net",   NULL};
static const char *const apple[] = {"icloud.com", "me.com", "mac.com", NULL};
static const char *const gmx[] = {"gmx.net",  "gmx.",     "web.de",
                                  "mail.com", "1und1.de", NULL};
static const char *const proton[] = {"proton.me", "protonmail.com", "protonmail.ch",
                                     "pm.me", NULL};
static const char *const comcast[] = {"comcast.net", "xfinity.com", NULL};
static const char *const orange[] = {"orange.fr", "wanadoo.fr", NULL};
static const char *const virgin[] = {"virginmedia.com", "ntlworld.com",
                                     "blueyonder.co.uk", "virgin.net", NULL};
static const char *const mailru[] = {"mail.ru", "bk.ru", "inbox.ru", "list.ru", NULL};
static const char *const yandex[] = {"yandex.ru", "yandex.", "ya.ru", NULL};
static const char *const fastmail[] = {"fastmail.com", "fastmail.", NULL};

static const char *const *const groups[] = {google, microsoft, yahoo,   apple,
                                            gmx,    proton,    comcast, orange,
                                            virgin, mailru,    yandex,  fastmail};

/* A brand's domains have two labels, or three where the country asks for it (co.uk, com.au): "live."
 * must not take in live.of.somebody.example. */
static bool of_brand(struct td_slice domain, struct td_slice label)
{
    if (domain.len <= label.len ||
        !td_slice_eq(td_slice_sub(domain, 0, label.len), label))
        return false;
    struct td_slice rest = td_slice_sub(domain, label.len, domain.len);
    size_t dot = td_slice_find(rest, 0, '.');
    if (dot == (size_t)-1)
        return rest.len == 2 || td_slice_is(rest, "com");
    struct td_slice second = td_slice_sub(rest, 0, dot);
    return (td_slice_is(second, "co") || td_slice_is(second, "com")) &&
           rest.len - dot == 3;
}

static bool belongs(struct td_slice domain, const char *const *group)
{
    for (; *group != NULL; group++) {
        struct td_slice name = td_slice(*group);
        if (td_slice_ends(name, ".") ? of_brand(domain, name) : td_slice_eq(domain, name))
            return true;
    }
    return false;
}

struct td_slice td_group_name(struct td_slice domain)
{
    for (size_t i = 0; i < TD_ARRAY_LEN(groups); i++)
        if (belongs(domain, groups[i]))
            return td_slice(groups[i][0]);
    return domain;
}
