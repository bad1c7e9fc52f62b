using RecActors;
using RecActors.Journal;

// The kill test starts this program again as the process to kill; otherwise it is what xunit would generate.
if (Environment.GetEnvironmentVariable(JournalAppender.FolderVariable) is { Length: > 0 } folder)
{
    await JournalAppender.RunAsync(folder);
    return 0;
}

return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
    ? await Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
