using Attribution.Model.Identity;
using FsCheck;
using FsCheck.Fluent;

namespace Attribution.Model.Tests.Identity;

/// <remarks>
/// The graph decides whose conversion it is, so it is compared with connected components computed the plain
/// way, over random links in random order.
/// </remarks>
public class IdentityGraphTests
{
    [Fact]
    public void Find_AfterRandomLinks_NamesTheSmallestIdOfTheComponent_WhateverTheOrder()
    {
        var links = Gen.Choose(1, 40).Select(i => (ulong)i * 0x9E3779B97F4A7C15)
            .Two().ListOf().ToArbitrary();
        Check.QuickThrowOnFailure(Prop.ForAll(links, list =>
        {
            Dictionary<ulong, ulong> expected = Components(list);
            return Agrees(list, expected) && Agrees(Enumerable.Reverse(list), expected);
        }));
    }

    [Fact]
    public void Find_AnIdNeverLinked_IsAPersonOfItsOwn()
    {
        using var graph = new IdentityGraph(1024, 1024);
        Assert.Equal(42ul, graph.Find(42));
        Assert.Equal(0, graph.Count);
    }

    [Fact]
    public void Link_BeyondThePersonsBound_IsRefusedAndChangesNothing()
    {
        using var graph = new IdentityGraph(1024, 3);
        Assert.Equal(LinkOutcome.Merged, graph.Link(10, 20));
        Assert.Equal(LinkOutcome.Merged, graph.Link(20, 30));
        Assert.Equal(LinkOutcome.PersonTooLarge, graph.Link(30, 40));
        Assert.Equal(LinkOutcome.Known, graph.Link(10, 30));
        Assert.Equal(40ul, graph.Find(40));
        Assert.Equal(10ul, graph.Find(30));
    }

    [Fact]
    public void Link_WhenTheGraphIsFull_IsRefused()
    {
        using var graph = new IdentityGraph(4, 1024);
        Assert.Equal(LinkOutcome.Merged, graph.Link(1, 2));
        Assert.Equal(LinkOutcome.Merged, graph.Link(3, 4));
        Assert.Equal(LinkOutcome.Full, graph.Link(5, 6));
        Assert.Equal(5ul, graph.Find(5));
    }

    private static bool Agrees(IEnumerable<(ulong A, ulong B)> links, Dictionary<ulong, ulong> expected)
    {
        using var graph = new IdentityGraph(1024, 1024);
        foreach ((ulong a, ulong b) in links)
            graph.Link(a, b);
        return expected.All(pair => graph.Find(pair.Key) == pair.Value);
    }

    private static Dictionary<ulong, ulong> Components(IEnumerable<(ulong A, ulong B)> links)
    {
        var name = new Dictionary<ulong, ulong>();
        foreach ((ulong a, ulong b) in links)
        {
            ulong nameA = name.GetValueOrDefault(a, a);
            ulong nameB = name.GetValueOrDefault(b, b);
            ulong smallest = Math.Min(nameA, nameB);
            name[a] = smallest;
            name[b] = smallest;
            foreach (ulong id in name.Keys.ToList())
            {
                if (name[id] == nameA || name[id] == nameB)
                    name[id] = smallest;
            }
        }

        return name;
    }
}
