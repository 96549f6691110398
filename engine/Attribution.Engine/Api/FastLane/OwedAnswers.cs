namespace Attribution.Engine.Api.FastLane;

/// <summary>
/// Plain answers that wait for their events to become durable, in the order of their requests. Owned by one
/// connection.
/// </summary>
internal sealed class OwedAnswers
{
    /// <summary>Most that wait together; the requests behind them stay in the pipe.</summary>
    public const int Most = 256;

    private OwedAnswer[] _answers = new OwedAnswer[1];

    public int Count { get; private set; }

    public bool IsFull => Count == Most;

    /// <summary>Bytes of their bodies.</summary>
    public long BodyBytes { get; private set; }

    /// <summary>
    /// When this is durable, all of them are: a connection publishes in its requests' order.
    /// </summary>
    public long LastSequence => _answers[Count - 1].Sequence;

    public OwedAnswer this[int index] => _answers[index];

    public void Add(OwedAnswer answer, int bodyBytes)
    {
        if (Count == _answers.Length)
            Array.Resize(ref _answers, Count * 2);
        _answers[Count++] = answer;
        BodyBytes += bodyBytes;
    }

    public void Clear()
    {
        Count = 0;
        BodyBytes = 0;
    }
}

/// <summary>One of them. A plain value.</summary>
/// <param name="Accepted">Events of its body, all of them valid.</param>
/// <param name="Sequence">The last of them.</param>
internal readonly record struct OwedAnswer(int Accepted, long Sequence);
