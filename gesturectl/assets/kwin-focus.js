// Tells gesturectl which window has the focus, at every change of focus or title. For KWin of Plasma 5 and 6.
let followed = null;

function tell() {
    const name = followed ? String(followed.desktopFileName || followed.resourceClass || "") : "";
    const title = followed ? String(followed.caption || "") : "";
    callDBus("org.gesturectl.KWinFocus", "/org/gesturectl/KWinFocus", "org.gesturectl.KWinFocus", "Focused", name, title);
}

function follow(window) {
    if (followed && followed.captionChanged) {
        try {
            followed.captionChanged.disconnect(tell);
        } catch (error) {
            // It closed meanwhile.
        }
    }
    followed = window || null;
    if (followed && followed.captionChanged) {
        followed.captionChanged.connect(tell);
    }
    tell();
}

(workspace.windowActivated || workspace.clientActivated).connect(follow);
follow(workspace.activeWindow || workspace.activeClient);
