/*
 * people.h: what the commands about subscribers share. Their rows stand in cmd_people.c.
 */
#ifndef TD_CLI_PEOPLE_H
#define TD_CLI_PEOPLE_H

#include "app/people/optin.h"
#include "app/people/people.h"
#include "cli/cli.h"

/* --confirmed and --source TEXT go together: *source is the text, or NULL without either. */
enum td_status td_want_basis(const struct td_args *args, const char **source,
                             struct td_err *err);

/* --basis, which goes with them; TD_BASIS_NONE without it. */
enum td_status td_want_ground(const struct td_args *args, enum td_basis *basis,
                              struct td_err *err);

/* All that a command which takes a file of people says of it: --newsletter, and the three of a basis. */
struct td_file_terms;
enum td_status td_want_terms(struct td_run_context *run, struct td_file_terms *out,
                             struct td_err *err);

/* The words of an option that go into the ledger: there, and one line that can be kept (people/signup.h);
 * else TD_USAGE with the question they answer. */
enum td_status td_want_words(struct td_run_context *run, const char *option,
                             const char *question, const char **out, struct td_err *err);

/* The newsletter of --newsletter, or NULL when it is not given. */
enum td_status td_want_newsletter(struct td_run_context *run,
                                  const struct td_newsletter **out, struct td_err *err);

/* How a single command applies wishes: one who unsubscribed may come back by it. */
struct td_people td_people_by_command(struct td_app *app, const char *source);

/* Ends the transaction: keeps what the command did, with its line in the audit, or takes it back
 * when it changed nothing (rows 0) or --dry-run was given. */
enum td_status td_settle_command(struct td_run_context *run, const char *command,
                                 int64_t rows, struct td_err *err);

/* By an address as people type it; TD_NOINPUT naming it. Slices die with the next find. */
enum td_status td_find_person(struct td_app *app, const char *email,
                              struct td_subscriber_row *out, struct td_err *err);

/* A person as `subscriber show` has them: printed for people, and put into the JSON object. Reads
 * row first: it may be of a statement. An id of 0: nobody has the address; what is known of it, by its
 * hash, is why it must not be mailed. */
enum td_status td_show_subscriber(struct td_run_context *run,
                                  const struct td_subscriber_row *row,
                                  struct td_json *json, struct td_err *err);

/* For a wish that was applied, in its transaction: asks who is pending for their yes. TD_AGAIN when
 * --origin has sent too many. */
enum td_status td_ask_signed_up(struct td_run_context *run,
                                const struct td_signup *signup,
                                const struct td_person_outcome *outcome,
                                enum td_optin_ask *ask, struct td_err *err);
void td_print_ask(struct td_run_context *run, enum td_membership membership,
                  enum td_optin_ask ask);

enum td_status td_run_subscriber_tend(struct td_run_context *run, struct td_err *err);
enum td_status td_run_subscriber_confirm(struct td_run_context *run, struct td_err *err);
enum td_status td_run_subscriber_rename(struct td_run_context *run, struct td_err *err);
enum td_status td_run_subscriber_suppress(struct td_run_context *run, struct td_err *err);
/* `subscriber reinstate EMAIL` of an address that is nobody's, or for one newsletter: a suppression is
 * lifted, also that of an erased person. The store is open. */
bool td_is_lift(struct td_run_context *run);
enum td_status td_run_lift(struct td_run_context *run, struct td_err *err);

enum td_status td_run_subscriber_prove(struct td_run_context *run, struct td_err *err);
enum td_status td_run_subscriber_export(struct td_run_context *run, struct td_err *err);
enum td_status td_run_subscriber_erase(struct td_run_context *run, struct td_err *err);
enum td_status td_run_unsubscribe(struct td_run_context *run, struct td_err *err);
enum td_status td_run_subscriber_list(struct td_run_context *run, struct td_err *err);
enum td_status td_run_subscriber_show(struct td_run_context *run, struct td_err *err);
/* FILE is looked for in the directory of -C, as with git. One that lies only where the command was
 * typed is surely meant all the same: its full path, after saying so, to be freed; else NULL. */
char *td_find_here(const struct td_run_context *run, const char *path);

enum td_status td_run_subscriber_sync(struct td_run_context *run, struct td_err *err);
enum td_status td_run_subscriber_take_in(struct td_run_context *run, struct td_err *err);
enum td_status td_run_subscriber_import(struct td_run_context *run, struct td_err *err);

#define TD_SUBSCRIBER_SELECTORS                                                          \
    "Selectors, joined by \"and\": newsletter=NAME domain=NAME topic=NAME\n"             \
    "status=NAME[,NAME…] (pending, active, unsubscribed, suspended)"

#endif
