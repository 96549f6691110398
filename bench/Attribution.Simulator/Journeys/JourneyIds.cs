namespace Attribution.Simulator.Journeys;

/// <summary>
/// Which ids the events of one person carry, as the person signs up, logs in and installs the app.
/// Owned by one journey, which begins it anew for each person.
/// </summary>
internal sealed class JourneyIds
{
    private PersonKind _kind;
    private bool _hasZeroDevice;
    private bool _isSignedUp;
    private bool _isInstalled;
    private bool _knowsFirst;
    private bool _knowsSecond;
    private bool _knowsApp;

    public void Begin(in Person person)
    {
        _kind = person.Kind;
        _hasZeroDevice = person.HasZeroDevice;
        _isSignedUp = false;
        _isInstalled = false;
        _knowsFirst = false;
        _knowsSecond = false;
        _knowsApp = false;
    }

    /// <summary>Advertising networks know devices and cookies, never users.</summary>
    public EventTraits OfAdvertisement(in JourneyStep step, ref SplitMix random)
    {
        if (_kind == PersonKind.App && !_hasZeroDevice && random.Chance(_isInstalled ? 500 : 300))
            return EventTraits.HasDeviceId;
        return Browser(step);
    }

    public EventTraits OnSite(in JourneyStep step)
    {
        bool isKnown = step.IsSecondBrowser ? _knowsSecond : _knowsFirst;
        return Browser(step) | (isKnown ? EventTraits.HasUserId : EventTraits.None);
    }

    public EventTraits InApp()
    {
        // An all-zero device id names nobody, so the contract asks for another id beside it.
        EventTraits app = _hasZeroDevice
            ? EventTraits.HasDeviceId | EventTraits.HasAnonymousId
            : EventTraits.HasDeviceId;
        return _knowsApp ? app | EventTraits.HasUserId : app;
    }

    public EventTraits OfConversion(in JourneyStep step, EventType type, ref SplitMix random)
    {
        if (type == EventType.Install)
        {
            _isInstalled = true;
            return random.Chance(700) ? InApp() | EventTraits.HasAnonymousId : InApp();
        }

        if (type == EventType.Signup)
        {
            _isSignedUp = true;
            Know(step);
            return OnSite(step);
        }

        if (_isInstalled)
            return InApp();

        EventTraits site = OnSite(step);
        bool isFromServer = (site & EventTraits.HasUserId) != 0 && random.Chance(300);
        return isFromServer ? EventTraits.HasUserId : site;
    }

    /// <summary>Connects the app with the person's account.</summary>
    public void LogInToApp() => _knowsApp = true;

    /// <summary>Connects the browser with the person's account.</summary>
    /// <returns>False where there is no account, or the browser knows the person already.</returns>
    public bool TryLogIn(in JourneyStep step)
    {
        bool isKnown = step.IsSecondBrowser ? _knowsSecond : _knowsFirst;
        if (!_isSignedUp || isKnown)
            return false;
        Know(step);
        return true;
    }

    private void Know(in JourneyStep step)
    {
        if (step.IsSecondBrowser)
            _knowsSecond = true;
        else
            _knowsFirst = true;
    }

    private static EventTraits Browser(in JourneyStep step) => step.IsSecondBrowser
        ? EventTraits.HasAnonymousId | EventTraits.SecondBrowser
        : EventTraits.HasAnonymousId;
}
