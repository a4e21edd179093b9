// Tells gesturectl which window has the focus, over D-Bus, at every change of focus or title.
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import {Extension} from 'resource:///org/gnome/shell/extensions/extension.js';

const NAME = 'org.gesturectl.GnomeFocus';
const PATH = '/org/gesturectl/GnomeFocus';
const INTERFACE = `
<node>
  <interface name="${NAME}">
    <method name="Get"><arg type="s" direction="out" name="app_id"/><arg type="s" direction="out" name="title"/></method>
    <signal name="Changed"><arg type="s" name="app_id"/><arg type="s" name="title"/></signal>
  </interface>
</node>`;

export default class GesturectlExtension extends Extension {
    enable() {
        this._exported = Gio.DBusExportedObject.wrapJSObject(INTERFACE, this);
        this._exported.export(Gio.DBus.session, PATH);
        this._owned = Gio.bus_own_name_on_connection(
            Gio.DBus.session, NAME, Gio.BusNameOwnerFlags.REPLACE, null, null);
        this._window = null;
        this._titleSignal = 0;
        this._focusSignal = global.display.connect('notify::focus-window', () => this._follow());
        this._follow();
    }

    disable() {
        global.display.disconnect(this._focusSignal);
        this._letGo();
        Gio.bus_unown_name(this._owned);
        this._exported.unexport();
        this._exported = null;
    }

    Get() {
        const window = this._window;
        return [window?.get_wm_class() ?? '', window?.get_title() ?? ''];
    }

    _follow() {
        this._letGo();
        this._window = global.display.focus_window;
        if (this._window)
            this._titleSignal = this._window.connect('notify::title', () => this._tell());
        this._tell();
    }

    _letGo() {
        if (this._window && this._titleSignal)
            this._window.disconnect(this._titleSignal);
        this._window = null;
        this._titleSignal = 0;
    }

    _tell() {
        this._exported.emit_signal('Changed', new GLib.Variant('(ss)', this.Get()));
    }
}
