/* window.c: the arithmetic of windows. */
#include "delivery/window.h"

int64_t td_window_after(int64_t window, int64_t most, enum td_feedback feedback)
{
    int64_t step = (int64_t)TD_WINDOW_ONE * TD_WINDOW_ONE / window;
    switch (feedback) {
    case TD_FEEDBACK_SUCCESS: window += step; break;
    case TD_FEEDBACK_TROUBLE: window -= TD_WINDOW_ONE; break;
    case TD_FEEDBACK_SLOW_DOWN: window /= 2; break;
    }
    if (window > most)
        window = most;
    return window < TD_WINDOW_ONE ? TD_WINDOW_ONE : window;
}
