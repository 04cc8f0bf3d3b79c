/*
 * compose.h: stage 3: an edition and a selection become one MIME message with slots.
 *
 * Same input, same bytes. Headers per standards.md D, E, G, H; bodies quoted-printable, 7-bit,
 * CRLF, lines at most 76, leading dots as =2E. text/plain alone for TD_FORMAT_TEXT, else
 * multipart/alternative, text first. The templates are those of newsletter->template_name; of
 * "alert" for an edition of that class.
 */
#ifndef TD_VARIANT_COMPOSE_H
#define TD_VARIANT_COMPOSE_H

#include "model/edition.h"
#include "model/variant.h"
#include "variant/partition.h"
#include "variant/templates.h"

struct td_compose_input {
    const struct td_edition *edition;
    const struct td_selection *selection;
    struct td_templates *templates;
    const char *zone_date; /* the date as readers read it: "Friday 20 November 2026" */
};

/*
 * *out is the caller's (td_variant_release); on failure it needs no release. TD_DATA for content
 * that cannot stand in a mail, TD_CONFIG for a newsletter or template that cannot be sent (no
 * postal address, no unsubscribe link in a template, …), TD_NOINPUT for a missing template.
 */
enum td_status td_compose(const struct td_compose_input *input, struct td_variant *out,
                          struct td_err *err);

#endif
