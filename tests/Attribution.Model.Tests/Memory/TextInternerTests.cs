using System.Text;
using Attribution.Model.Memory;

namespace Attribution.Model.Tests.Memory;

public class TextInternerTests
{
    [Fact]
    public void Intern_ManyTexts_EachKeepsItsNumberAndItsBytes()
    {
        using var texts = new TextInterner(1 << 12);
        string[] words = [.. Enumerable.Range(0, 4_000).Select(i => $"campaign-{i * 7919 % 4_000}-ü")];
        int[] ids = [.. words.Select(word => texts.Intern(Encoding.UTF8.GetBytes(word)))];

        Assert.Equal(words.Distinct().Count(), ids.Distinct().Count());
        for (int i = 0; i < words.Length; i++)
        {
            Assert.Equal(words[i], Encoding.UTF8.GetString(texts.Text(ids[i])));
            Assert.Equal(ids[i], texts.Intern(Encoding.UTF8.GetBytes(words[i])));
        }
    }

    [Fact]
    public void Intern_PastTheBound_GivesTheOverflowTextAndCounts()
    {
        using var texts = new TextInterner(4);
        texts.Intern("a"u8);
        texts.Intern("b"u8);

        Assert.Equal(TextInterner.Overflow, texts.Intern("c"u8));
        Assert.Equal(1, texts.OverflowCount);
        Assert.Equal("(overflow)", Encoding.UTF8.GetString(texts.Text(TextInterner.Overflow)));
        Assert.Equal(TextInterner.Empty, texts.Intern(default));
    }
}
