using System.CommandLine;
using System.Net.Mime;

namespace RecActors.Bench;

/// <summary>
/// The hidden command <c>bench-bare</c>: the same web server with nothing behind it, in a process of its own, to compare with in the same
/// run. It answers every GET with a list of ten ids, and every POST, when it has read the body, with an acknowledgement.
/// </summary>
internal static class BareServer
{
    public const string Name = "bench-bare";

    private static readonly byte[] Ids = """["318","296","356","593","2571","260","480","110","589","527"]"""u8.ToArray();
    private static readonly byte[] Acknowledgement = """{"RowAffected":1}"""u8.ToArray();

    public static Command Create()
    {
        var urls = new Option<string>("--urls") { Required = true };
        var command = new Command(Name, "The web server alone.") { Hidden = true };
        command.Options.Add(urls);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls(parsed.GetRequiredValue(urls));
            await using var app = builder.Build();
            app.MapGet("/{**path}", (RequestDelegate)(http => AnswerAsync(http, Ids)));
            app.MapPost("/{**path}", (RequestDelegate)PostedAsync);
            await app.RunAsync(cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task PostedAsync(HttpContext http)
    {
        var body = http.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(http.RequestAborted);
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        await AnswerAsync(http, Acknowledgement);
    }

    private static async Task AnswerAsync(HttpContext http, byte[] json)
    {
        http.Response.ContentType = MediaTypeNames.Application.Json;
        http.Response.ContentLength = json.Length;
        await http.Response.BodyWriter.WriteAsync(json, http.RequestAborted);
    }
}
