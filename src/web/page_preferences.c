/* What a reader chose, and the way back for one who left. Changing choices here is to come. */
#include "web/route.h"

enum td_status td_page_preferences(struct td_web *web, const struct td_request *request,
                                   const struct td_ticket *ticket,
                                   struct td_response *response, struct td_err *err)
{
    struct td_ticket_choices choices = {0};
    (void)request;
    const struct td_page page = {
        .name = "preferences",
        .title = ticket->status == TD_ACTIVE ? "What you get" : "You are not subscribed",
        .ticket = ticket,
        .choices = &choices,
    };
    enum td_status status = td_ticket_choices(web->app, ticket, &choices, err);
    if (status == TD_OK)
        status = td_answer_page(web, &page, 200, response, err);
    td_ticket_choices_release(&choices);
    return status;
}

enum td_status td_do_return(struct td_web *web, const struct td_request *request,
                            const struct td_ticket *ticket, struct td_response *response,
                            struct td_err *err)
{
    enum td_optin_result result = TD_OPTIN_GONE;
    const struct td_ticket_use use = {.how = "web", .source = "came back"};
    const struct td_page page = {
        .name = "confirmed", .title = "You are on the list", .ticket = ticket};
    if (!td_request_says(request, "return", "yes"))
        return td_page_preferences(web, request, ticket, response, err);
    enum td_status status = ticket->newsletter
                                ? td_ticket_return(web->app, ticket, &use, &result, err)
                                : TD_OK;
    if (status != TD_OK)
        return status;
    if (result == TD_OPTIN_GONE)
        return td_answer_words(web, 410, "This link is too old", "Please sign up again.",
                               response, err);
    return td_answer_page(web, &page, 200, response, err);
}
