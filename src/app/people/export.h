/*
 * export.h: everything that is held about a person, as JSON (UK GDPR article 15).
 *
 * To add a table: a statement store/sql/export_NAME.sql that takes $subscriber, and a row with its columns
 * in export.c. What is listed here is also erased: erase.h.
 */
#ifndef TD_APP_EXPORT_H
#define TD_APP_EXPORT_H

#include "app/instance/app.h"
#include "base/json.h"

/* Adds a list for each table to the object, and the files that hold the address. What stands on the
 * person, their subscriptions and the ledger is the caller's. */
enum td_status td_export(struct td_app *app, int64_t subscriber, struct td_json *out,
                         struct td_err *err);

#endif
