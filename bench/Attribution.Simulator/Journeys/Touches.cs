using Attribution.Simulator.Rendering;

namespace Attribution.Simulator.Journeys;

/// <summary>Which events are touches, by what they say of themselves. Stateless.</summary>
internal static class Touches
{
    /// <summary>
    /// The channel's number, or -1 where the event is no touch: an opening counts where it names a campaign,
    /// and so does an install whose referrer does.
    /// </summary>
    public static int ChannelOf(in PlannedEvent planned, in Person person)
    {
        bool isTouch = planned.Type switch
        {
            EventType.Impression or EventType.Click or EventType.Visit => true,
            EventType.Open => planned.Campaign != Campaigns.Direct,
            EventType.Install => planned.Campaign != Campaigns.Direct && !UserAgents.IsApple(person),
            _ => false,
        };
        return isTouch ? Campaigns.All[planned.Campaign].ChannelNumber : -1;
    }
}
