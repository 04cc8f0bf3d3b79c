/* The yes to a confirmation: a page with a button, and the button. */
#include <stdio.h>

#include "web/route.h"

static enum td_status answer_gone(struct td_web *web, const struct td_ticket *ticket,
                                  struct td_response *response, struct td_err *err)
{
    const struct td_page page = {
        .name = "gone", .title = "This link is too old", .ticket = ticket};
    return td_answer_page(web, &page, 410, response, err);
}

enum td_status td_page_confirm(struct td_web *web, const struct td_request *request,
                               const struct td_ticket *ticket,
                               struct td_response *response, struct td_err *err)
{
    (void)request;
    const struct td_page page = {
        .name = "confirm", .title = "One more step", .ticket = ticket};
    if (!ticket->known || !ticket->newsletter ||
        (ticket->status != TD_PENDING && ticket->status != TD_ACTIVE))
        return answer_gone(web, ticket, response, err);
    return td_answer_page(web, &page, 200, response, err);
}

enum td_status td_do_confirm(struct td_web *web, const struct td_request *request,
                             const struct td_ticket *ticket, struct td_response *response,
                             struct td_err *err)
{
    char source[64] = "page";
    char hash[TD_SOURCE_LEN + 1];
    enum td_optin_result result;
    const struct td_page page = {
        .name = "confirmed", .title = "You are on the list", .ticket = ticket};
    if (!ticket->newsletter)
        return answer_gone(web, ticket, response, err);
    if (request->source[0]) { /* whose yes it was, for whoever asks about one address */
        td_optin_source(web->app, td_slice(request->source), hash);
        (void)snprintf(source, sizeof source, "page, from %s", hash);
    }
    const struct td_ticket_use use = {.how = "web", .source = source};
    enum td_status status = td_ticket_confirm(web->app, ticket, &use, &result, err);
    if (status != TD_OK)
        return status;
    return result == TD_OPTIN_GONE ? answer_gone(web, ticket, response, err)
                                   : td_answer_page(web, &page, 200, response, err);
}
