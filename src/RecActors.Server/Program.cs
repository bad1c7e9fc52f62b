using System.CommandLine;
using RecActors.Bench;
using RecActors.CommandLine;
using RecActors.Hosting;

var root = new RootCommand("RecActors: a real-time recommender whose users and items are actors.");
root.Subcommands.Add(ServeCommand.Create());
root.Subcommands.Add(DemoCommand.Create());
root.Subcommands.Add(ImportCommand.Create());
root.Subcommands.Add(ExportCommand.Create());
root.Subcommands.Add(CopyCommand.Create());
root.Subcommands.Add(DumpCommands.CreateDump());
root.Subcommands.Add(DumpCommands.CreateRestore());
root.Subcommands.Add(KeysCommand.Create());
root.Subcommands.Add(CompactCommand.Create());
root.Subcommands.Add(TrainerRole.CreateEvaluateCommand());
root.Subcommands.Add(BenchCommand.Create());
root.Subcommands.Add(BareServer.Create());

// The host stops on SIGINT and SIGTERM by itself, and takes the time that it needs to close the journals.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
