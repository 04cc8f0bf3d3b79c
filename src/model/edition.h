/*
 * edition.h: one dated issue of a newsletter, picked and ordered: what variants are made
 * from.
 */
#ifndef TD_MODEL_EDITION_H
#define TD_MODEL_EDITION_H

#include "model/enclosure.h"
#include "model/newsletter.h"
#include "model/story.h"

/* The order in which the queue serves; stored as these numbers. */
enum td_class { TD_CLASS_NOTICE = 0, TD_CLASS_ALERT = 1, TD_CLASS_ISSUE = 2 };
const char *td_class_name(enum td_class class_);

/* Who may get an edition; checked when a message is claimed. Stored as these numbers. */
enum td_audience {
    TD_AUDIENCE_ACTIVE = 0,  /* who is subscribed */
    TD_AUDIENCE_PENDING = 1, /* who has not confirmed yet */
    TD_AUDIENCE_LEFT = 2,    /* who has unsubscribed */
    TD_AUDIENCE_ANYONE = 3,  /* subscribed or not */
};

/*
 * A part is a section of a briefing or an entry of a live blog: the unit of choice.
 * Everyone gets it when topics is 0 (the lead, the also-list, parts without a topic).
 */
struct td_part {
    const struct td_section *section; /* briefing; else NULL */
    const struct td_entry *entry;     /* live blog; else NULL */
    uint64_t topics;                  /* bits of newsletter->topics */
    bool counts; /* makes an edition worth sending (also-list alone: no) */
};

/* The edition's enclosure of that kind and path, or NULL. */
struct td_edition;
const struct td_enclosure *td_edition_enclosure(const struct td_edition *edition,
                                                enum td_enclosure_kind kind,
                                                struct td_slice path);

#define TD_PARTS_MAX 512 /* sections of a briefing or entries of a live blog */

struct td_edition {
    const struct td_newsletter *newsletter; /* borrowed */
    const struct td_story *story;           /* borrowed */
    struct td_date date;                    /* the newsletter's local date */
    const char *slug;                       /* "2026-11-20" or "2026-11-20-NAME" */
    enum td_class class_;
    struct td_slice headline;  /* first heading, else first words up to 60 (design 12) */
    struct td_slice subject;   /* one line, no control characters */
    struct td_slice preheader; /* may be empty */
    const struct td_part *parts; /* in the order shown */
    size_t part_count;
    const struct td_enclosure *enclosures; /* files that go with it; may be none */
    size_t enclosure_count;
    unsigned char hash[32]; /* SHA-256 of the content (edition/freeze.h) */
};

#endif
