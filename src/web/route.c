/* The table of routes (route.h). */
#include "web/route.h"

#include <string.h>

#include "base/log.h"
#include "base/rand.h"

struct route {
    enum td_purpose purpose; /* its path, and the token it wants */
    enum td_status (*get)(TD_HANDLER_PARAMETERS);
    enum td_status (*post)(TD_HANDLER_PARAMETERS); /* NULL: there is nothing to do here */
};

/* The preference centre and a dashboard are to come: a row each. */
static const struct route routes[] = {
    {TD_PURPOSE_UNSUBSCRIBE, td_page_unsubscribe, td_do_unsubscribe},
    {TD_PURPOSE_CONFIRM, td_page_confirm, td_do_confirm},
    {TD_PURPOSE_VIEW, td_page_view, NULL},
    {TD_PURPOSE_PREFERENCES, td_page_preferences, td_do_return},
};

bool td_request_says(const struct td_request *request, const char *name,
                     const char *value)
{
    for (size_t i = 0; i < request->field_count; i++)
        if (strcmp(request->fields[i].name, name) == 0)
            return strcmp(request->fields[i].value, value) == 0;
    return false;
}

enum td_status td_answer_page(struct td_web *web, const struct td_page *page, int status,
                              struct td_response *response, struct td_err *err)
{
    struct td_page own = *page;
    own.nonce = response->nonce;
    response->status = status;
    response->type = "text/html; charset=utf-8";
    td_buf_clear(&response->body);
    return td_pages_render(web->pages, &own, &response->body, err);
}

enum td_status td_answer_words(struct td_web *web, int status, const char *title,
                               const char *words, struct td_response *response,
                               struct td_err *err)
{
    const struct td_page page = {.name = "message", .title = title, .words = words};
    return td_answer_page(web, &page, status, response, err);
}

/* "/u/TOKEN" */
static const struct route *find_exactly(struct td_slice path, struct td_slice *token)
{
    if (path.len < 3 || path.ptr[0] != '/' || path.ptr[2] != '/')
        return NULL;
    *token = td_slice_sub(path, 3, path.len);
    for (size_t i = 0; i < TD_ARRAY_LEN(routes); i++)
        if (td_purpose_path(routes[i].purpose)[0] == path.ptr[1])
            return &routes[i];
    return NULL;
}

/* With or without the path of web.base_url in front: some web servers pass it on. It may itself be "/u". */
static const struct route *find(const struct td_web *web, const char *path,
                                struct td_slice *token)
{
    const char *base = web->app->config->web_base_url;
    const char *host = base ? strstr(base, "://") : NULL;
    const char *prefix = host ? strchr(host + 3, '/') : NULL;
    const struct td_slice whole = td_slice(path);
    const struct route *route = NULL;
    if (prefix && td_slice_starts(whole, prefix))
        route = find_exactly(td_slice_sub(whole, strlen(prefix), whole.len), token);
    return route ? route : find_exactly(whole, token);
}

static enum td_status not_found(struct td_web *web, struct td_response *response,
                                struct td_err *err)
{
    return td_answer_words(web, 404, "There is nothing here",
                           "The link is not complete, or not one of ours. Please open it "
                           "from the mail itself.",
                           response, err);
}

static enum td_status answer(struct td_web *web, const struct td_request *request,
                             struct td_response *response, struct td_err *err)
{
    struct td_slice token;
    struct td_ticket ticket;
    const struct route *route = find(web, request->path, &token);
    if (!route)
        return not_found(web, response, err);
    enum td_status (*handler)(TD_HANDLER_PARAMETERS) = NULL;
    if (request->method == TD_METHOD_GET)
        handler = route->get;
    else if (request->method == TD_METHOD_POST)
        handler = route->post;
    if (!handler) {
        response->allow = route->post ? "GET, HEAD, POST" : "GET, HEAD";
        return td_answer_words(web, 405, "Not in this way",
                               "This address does not take such a request.", response,
                               err);
    }
    enum td_status status = td_ticket_read(web->app, token, route->purpose, &ticket, err);
    if (status == TD_NO)
        return not_found(web, response, err);
    return status == TD_OK ? handler(web, request, &ticket, response, err) : status;
}

/* When not even the page about it can be made. */
static void answer_plainly(struct td_response *response)
{
    response->type = "text/plain; charset=utf-8";
    td_buf_clear(&response->body);
    td_buf_add_str(&response->body, "Something is wrong here. Please try again later.\n");
}

static void make_nonce(struct td_response *response)
{
    unsigned char bytes[16];
    struct td_buf text;
    td_rand_bytes(bytes, sizeof bytes);
    td_buf_init(&text, TD_NONCE_LEN);
    td_base64url(&text, bytes, sizeof bytes);
    memcpy(response->nonce, text.ptr, text.len + 1);
    td_buf_release(&text);
}

void td_route(struct td_web *web, const struct td_request *request,
              struct td_response *response)
{
    struct td_err err = {0};
    make_nonce(response);
    if (answer(web, request, response, &err) == TD_OK)
        return;
    td_log(TD_ERROR, "page", "trouble=%s", err.text);
    if (td_answer_words(web, 503, "Something is wrong here",
                        "Nothing was changed. Please try again in a few minutes.",
                        response, &err) != TD_OK)
        answer_plainly(response);
}
