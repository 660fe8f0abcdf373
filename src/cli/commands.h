/*
 * commands.h - the subcommands, each in the file of its name
 */
#ifndef VERSO_CLI_COMMANDS_H
#define VERSO_CLI_COMMANDS_H

int
cli_folders(int argc, char **argv);
int
cli_list(int argc, char **argv);
int
cli_show(int argc, char **argv);
int
cli_save(int argc, char **argv);
int
cli_demo(int argc, char **argv);
int
cli_sync(int argc, char **argv);
int
cli_worker(int argc, char **argv);
int
cli_op(int argc, char **argv);
int
cli_undo(int argc, char **argv);
int
cli_send(int argc, char **argv);
/* The same under the name sendmail. */
int
cli_sendmail(int argc, char **argv);
int
cli_compose(int argc, char **argv);
int
cli_outbox(int argc, char **argv);
int
cli_verify(int argc, char **argv);
int
cli_doctor(int argc, char **argv);
int
cli_help(int argc, char **argv);
int
cli_version(int argc, char **argv);

#endif
