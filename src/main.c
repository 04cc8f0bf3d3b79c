/* The program `tidings`: everything starts in cli/. */
#include "cli/cli.h"

int main(int argc, char **argv)
{
    return td_cli_main(argc, argv);
}
