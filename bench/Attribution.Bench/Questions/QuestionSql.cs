namespace Attribution.Bench.Questions;

/// <summary>Finds the statements that lie in <c>Questions/Sql</c>. Stateless.</summary>
internal static class QuestionSql
{
    public static Task<string> LoadAsync(string name, CancellationToken cancel) => File.ReadAllTextAsync(
        Path.Combine(AppContext.BaseDirectory, "Questions", "Sql", name + ".sql"), cancel);
}
