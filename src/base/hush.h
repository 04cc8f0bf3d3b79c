/*
 * hush.h: what a server says may repeat what it was told: "535 bad credentials for AUTH PLAIN AGVk…". A
 * password or token is blotted out of its words before anybody shows or stores them.
 */
#ifndef TD_BASE_HUSH_H
#define TD_BASE_HUSH_H

/* Blots out, with as many asterisks, each word of text that holds the secret or what begins like it, as it
 * is or in base64 with whatever around it. NULL and "" are no secret. */
void td_hush(char *text, const char *secret);

#endif
