/* Signup files in the configuration (config_build.h). */
#include "app/config/config_build.h"

#include <stdio.h>
#include <string.h>

static void find_newsletter(const struct td_place *place, const char *name)
{
    struct td_config *config = place->builder->config;
    if (!name)
        return;
    for (size_t i = 0; i < config->newsletter_count; i++)
        if (config->newsletters[i].name && strcmp(config->newsletters[i].name, name) == 0)
            config->signup_newsletter = &config->newsletters[i];
    if (!config->signup_newsletter)
        td_fault_at(place, "signups.newsletter", "there is no newsletter \"%s\"", name);
}

void td_build_people(struct td_builder *builder)
{
    const struct td_raw_signups *raw = &builder->raw->signups;
    struct td_place file = td_place(builder, NULL, 0);
    const char **trusted = td_arena_alloc(builder->config->arena,
                                          (raw->trusted_count + 1) * sizeof *trusted);
    find_newsletter(&file, raw->newsletter);
    for (unsigned i = 0; i < raw->trusted_count; i++) {
        char key[40];
        (void)snprintf(key, sizeof key, "signups.trusted[%u]", i);
        trusted[i] = td_take_name(&file, (struct td_word){key, raw->trusted[i]});
    }
    builder->config->signup_trusted = trusted;
    builder->config->signup_trusted_count = raw->trusted_count;
}
