using System.CommandLine;
using RecActors.Hosting;
using RecActors.Security;
using Spectre.Console;

namespace RecActors.CommandLine;

/// <summary><c>recactors keys</c>: the API keys of an installation, changed where they are stored.</summary>
internal static class KeysCommand
{
    public static Command Create()
    {
        var command = new Command("keys", "The API keys of an installation. With Redis its processes may run and follow within seconds; a data folder must not be served meanwhile: use /api/keys of the server instead.");
        command.Subcommands.Add(CreateAdd());
        command.Subcommands.Add(CreateList());
        command.Subcommands.Add(CreateRevoke());
        command.Subcommands.Add(CreateGenerate());
        return command;
    }

    private static Command CreateAdd()
    {
        var name = new Option<string>("--name") { Description = "Whose key it is, for people.", HelpName = "NAME", Required = true };
        var scopes = new Option<string>("--scopes")
        {
            Description = "What it may do, separated by commas: read, write, metrics, admin (which contains the others).",
            HelpName = "SCOPES",
            Required = true,
        };
        var expires = new Option<DateTimeOffset?>("--expires") { Description = "From when on it is refused, such as 2027-01-31T00:00:00Z.", HelpName = "TIME" };
        var perSecond = new Option<int?>("--per-second") { Description = "Requests per second that each gateway process answers.", HelpName = "N" };
        var perDay = new Option<int?>("--per-day") { Description = "Requests per 24 hours that each gateway process answers.", HelpName = "N" };
        var input = new Option<bool>("--from-input")
        {
            Description = $"Take the key from standard input instead of making one, such as the one that a site's clients have: at least {ApiKeySecret.MinimumLength} characters, and random.",
        };

        var command = new Command("add", "Make a key and print it, this once: only its hash is stored.");
        foreach (var option in new Option[] { name, scopes, expires, perSecond, perDay, input })
        {
            command.Options.Add(option);
        }

        return WithStore(command, async (keys, parsed, cancellationToken) =>
        {
            if (!ApiScopeNames.TryParse(parsed.GetRequiredValue(scopes).Split(',', StringSplitOptions.TrimEntries), out var allowed, out var fault))
            {
                throw new StartupException($"--scopes {fault}.");
            }

            if (parsed.GetValue(perSecond) is < 1 || parsed.GetValue(perDay) is < 1)
            {
                throw new StartupException("--per-second and --per-day are at least 1.");
            }

            var secret = parsed.GetValue(input) ? await ReadSecretAsync(cancellationToken) : ApiKeySecret.Generate();
            var key = new ApiKeyRecord
            {
                Id = ApiKeySecret.NewId(),
                Name = parsed.GetRequiredValue(name),
                Sha256 = ApiKeySecret.Hash(secret),
                Scopes = allowed,
                CreatedMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(),
                ExpiresMs = parsed.GetValue(expires)?.ToUnixTimeMilliseconds(),
                RequestsPerSecond = parsed.GetValue(perSecond),
                RequestsPerDay = parsed.GetValue(perDay),
            };
            if (!await keys.AddAsync(key))
            {
                throw new StartupException("This key is there already.");
            }

            if (!(await keys.ListAsync()).Keys.Any(known => known.Scopes.HasFlag(ApiScopes.Admin)))
            {
                await Console.Error.WriteLineAsync("No stored key has the scope admin: models, keys and most of the console are closed to all.");
            }

            // Alone on standard output, so that it can be piped to where it is to be kept.
            await Console.Error.WriteLineAsync($"Key {key.Id}. It is not shown again:");
            Console.WriteLine(secret);
        });
    }

    private static Command CreateList() => WithStore(new Command("list", "List the stored keys."), async (keys, _, _) =>
    {
        var table = new Table().AddColumns("Id", "Name", "Scopes", "Created", "Expires", "Per second", "Per day");
        foreach (var key in (await keys.ListAsync()).Keys)
        {
            table.AddRow(
                key.Id,
                Markup.Escape(key.Name),
                string.Join(", ", ApiScopeNames.List(key.Scopes)),
                Date(key.CreatedMs),
                key.ExpiresMs is { } end ? Date(end) : "never",
                $"{key.RequestsPerSecond}",
                $"{key.RequestsPerDay}");
        }

        AnsiConsole.Write(table);
    });

    private static Command CreateRevoke()
    {
        var id = new Argument<string>("id") { Description = "The key's id." };
        var command = new Command("revoke", "Revoke a key.");
        command.Arguments.Add(id);
        return WithStore(command, async (keys, parsed, _) =>
        {
            if (!await keys.RevokeAsync(parsed.GetRequiredValue(id)))
            {
                throw new StartupException($"There is no stored key {parsed.GetRequiredValue(id)}.");
            }

            Console.WriteLine("Revoked.");
        });
    }

    private static Command CreateGenerate()
    {
        var command = new Command("generate", "Print a new key and its SHA-256 for RecActors:Security:AdminKeySha256 or MetricsKeySha256, and store nothing.");
        command.SetAction(_ =>
        {
            var secret = ApiKeySecret.Generate();
            Console.WriteLine($"key     {secret}\nsha256  {ApiKeySecret.Hash(secret)}");
        });
        return command;
    }

    private static Command WithStore(Command command, Func<StoredApiKeys, ParseResult, CancellationToken, Task> action)
    {
        var common = new CommonOptions();
        command.Options.Add(common.Data);
        command.Options.Add(common.Redis);
        command.Options.Add(common.Config);
        command.SetAction((parsed, cancellationToken) => Startup.GuardAsync(async () =>
        {
            using var host = ServerHost.BuildWithoutGateway(common.Read(parsed) with { Roles = SiloRoleNames.Serve, MinimumLogLevel = LogLevel.Error });
            await host.OpenStoresAsync(cancellationToken);
            await action(new StoredApiKeys(await host.OpenGrainStateAsync(cancellationToken)), parsed, cancellationToken);
            return 0;
        }));
        return command;
    }

    private static async Task<string> ReadSecretAsync(CancellationToken cancellationToken)
    {
        var secret = (await Console.In.ReadLineAsync(cancellationToken))?.Trim() ?? "";
        return secret.Length >= ApiKeySecret.MinimumLength
            ? secret
            : throw new StartupException($"A key must have at least {ApiKeySecret.MinimumLength} characters; {ApiKeySecret.MinimumLength} random ones cannot be guessed from their hash.");
    }

    private static string Date(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd HH:mm'Z'");
}
