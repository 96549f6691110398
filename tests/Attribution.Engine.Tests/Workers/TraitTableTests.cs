using System.Runtime.CompilerServices;
using Attribution.Engine.Workers;
using Attribution.Model.Journeys;

namespace Attribution.Engine.Tests.Workers;

/// <remarks>
/// Traits that were mixed up would give touches another's campaign; traits forgotten too early, one that came
/// later. A dictionary with counts is held beside the table, over many growths of its buckets.
/// </remarks>
public class TraitTableTests
{
    [Fact]
    public void StoredTouch_StaysSmall() => Assert.Equal(36, Unsafe.SizeOf<StoredTouch>());

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void RandomTraits_AgreeWithADictionary(int seed)
    {
        using var table = new TraitTable(1 << 16);
        var random = new Random(seed);
        var model = new Dictionary<TouchTraits, (uint Number, int Touches)>();
        var held = new List<TouchTraits>();
        for (int step = 0; step < 100_000; step++)
        {
            // At first more come than go, then more go than come.
            if (held.Count > 0 && random.Next(100_000) < step)
            {
                int index = random.Next(held.Count);
                TouchTraits gone = held[index];
                held[index] = held[^1];
                held.RemoveAt(held.Count - 1);
                (uint number, int touches) = model[gone];
                Assert.Equal(gone, table[number]);
                table.Remove(number);
                model[gone] = (number, touches - 1);
                if (touches == 1)
                    model.Remove(gone);
                continue;
            }

            var traits = new TouchTraits(RandomTouch(random));
            Assert.True(table.TryAdd(traits, out uint added));
            bool isKnown = model.TryGetValue(traits, out (uint Number, int Touches) known);
            Assert.True(!isKnown || known.Number == added);
            model[traits] = (added, known.Touches + 1);
            held.Add(traits);
        }

        Assert.Equal(model.Count, table.Count);
        Assert.All(model, pair => Assert.Equal(pair.Key, table[pair.Value.Number]));
    }

    [Fact]
    public void TryAdd_PastTheBound_IsRefused_UntilSomeAreForgotten()
    {
        using var table = new TraitTable(1);
        int source = 0;
        uint number = 0;
        while (table.TryAdd(new TouchTraits(new Touch { SourceId = source }), out uint added))
            (number, source) = (added, source + 1);

        Assert.Equal(65_535, source);
        Assert.True(table.TryAdd(new TouchTraits(new Touch { SourceId = 7 }), out uint seven));
        table.Remove(seven);
        table.Remove(number);
        Assert.True(table.TryAdd(new TouchTraits(new Touch { SourceId = source }), out _));
    }

    [Fact]
    public void CopyTo_GivesBackWhatEveryTouchOfItHas()
    {
        Touch touch = RandomTouch(new Random(1));
        Touch copy = default;

        new TouchTraits(touch).CopyTo(ref copy);

        Assert.Equal(touch, copy);
    }

    private static Touch RandomTouch(Random random) => new()
    {
        TypeId = random.Next(3),
        SourceId = random.Next(10),
        MediumId = random.Next(10),
        CampaignId = random.Next(20),
        Currency = (uint)random.Next(3),
        Channel = (ushort)random.Next(4),
        Kind = (TouchKind)random.Next(1, 5),
        Flags = (TouchFlags)random.Next(16),
        Window = (byte)random.Next(2),
        FraudRule = (byte)random.Next(2),
    };
}
