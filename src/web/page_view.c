/* A mail in the browser: the person's own, as it was sent. */
#include "web/route.h"

enum td_status td_page_view(struct td_web *web, const struct td_request *request,
                            const struct td_ticket *ticket, struct td_response *response,
                            struct td_err *err)
{
    bool html = false;
    (void)request;
    enum td_status status = td_ticket_view(web->app, ticket, &response->body, &html, err);
    if (status == TD_NO)
        return td_answer_words(web, 410, "This mail is gone",
                               "We keep mails for some months only.", response, err);
    response->status = 200;
    response->mail = html;
    response->type = html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
    return status;
}
