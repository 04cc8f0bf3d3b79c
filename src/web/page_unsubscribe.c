/* Leaving: a page with a button, and the button; one-click by mail programs (RFC 8058). */
#include "web/route.h"

enum td_status td_page_unsubscribe(struct td_web *web, const struct td_request *request,
                                   const struct td_ticket *ticket,
                                   struct td_response *response, struct td_err *err)
{
    (void)request;
    const struct td_page page = {
        .name = "unsubscribe", .title = "Unsubscribe", .ticket = ticket};
    return td_answer_page(web, &page, 200, response, err);
}

/* Any POST with the token will do: whoever can make it has the mail. The answer is the same each time,
 * and never a redirect. */
enum td_status td_do_unsubscribe(struct td_web *web, const struct td_request *request,
                                 const struct td_ticket *ticket,
                                 struct td_response *response, struct td_err *err)
{
    const bool one_click = td_request_says(request, "List-Unsubscribe", "One-Click");
    const struct td_ticket_use use = {
        .how = "web",
        .source = one_click ? "one-click" : "page",
        .quiet = one_click,
    };
    const struct td_page page = {
        .name = "unsubscribed", .title = "You have unsubscribed", .ticket = ticket};
    enum td_status status = td_ticket_leave(web->app, ticket, &use, err);
    return status == TD_OK ? td_answer_page(web, &page, 200, response, err) : status;
}
