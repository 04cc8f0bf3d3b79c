/*
 * route.h: which page answers a request: one table of method, path, handler and the token it wants.
 */
#ifndef TD_WEB_ROUTE_H
#define TD_WEB_ROUTE_H

#include "web/web.h"

/* Fills the response, whatever happens: a fault of ours is a page too, and a line of the log. */
void td_route(struct td_web *web, const struct td_request *request,
              struct td_response *response);

/* Every handler takes these. The ticket is of the route's purpose. */
#define TD_HANDLER_PARAMETERS                                                            \
    struct td_web *web, const struct td_request *request,                                \
        const struct td_ticket *ticket, struct td_response *response, struct td_err *err

enum td_status td_page_unsubscribe(TD_HANDLER_PARAMETERS);
enum td_status td_do_unsubscribe(TD_HANDLER_PARAMETERS);
enum td_status td_page_confirm(TD_HANDLER_PARAMETERS);
enum td_status td_do_confirm(TD_HANDLER_PARAMETERS);
enum td_status td_page_view(TD_HANDLER_PARAMETERS);
enum td_status td_page_preferences(TD_HANDLER_PARAMETERS);
enum td_status td_do_return(TD_HANDLER_PARAMETERS);

#endif
