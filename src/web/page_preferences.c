/* What a reader chose, and the way back for one who left. Changing choices here is to come. */
#include "web/route.h"

enum td_status td_page_preferences(struct td_web *web, const struct td_request *request,
                                   const struct td_link *link,
                                   struct td_response *response, struct td_err *err)
{
    struct td_link_choices choices = {0};
    (void)request;
    const struct td_page page = {
        .name = "preferences",
        .title = link->status == TD_ACTIVE ? "What you get" : "You are not subscribed",
        .link = link,
        .choices = &choices,
    };
    enum td_status status = td_link_choices(web->app, link, &choices, err);
    if (status == TD_OK)
        status = td_answer_page(web, &page, 200, response, err);
    td_link_choices_release(&choices);
    return status;
}

enum td_status td_do_return(struct td_web *web, const struct td_request *request,
                            const struct td_link *link, struct td_response *response,
                            struct td_err *err)
{
    enum td_optin_result result = TD_OPTIN_GONE;
    const struct td_link_use use = {.how = "web", .source = "came back"};
    const struct td_page page = {
        .name = "confirmed", .title = "You are on the list", .link = link};
    if (!td_request_says(request, "return", "yes"))
        return td_page_preferences(web, request, link, response, err);
    enum td_status status =
        link->newsletter ? td_link_return(web->app, link, &use, &result, err) : TD_OK;
    if (status != TD_OK)
        return status;
    if (result == TD_OPTIN_GONE)
        return td_answer_words(web, 410, "This link is too old",
                               "Please sign up again.", response, err);
    return td_answer_page(web, &page, 200, response, err);
}
