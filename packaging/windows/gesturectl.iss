; Inno Setup 6: an installer of what PyInstaller made in dist\gesturectl. For one person, without administrator rights.
; iscc packaging\windows\gesturectl.iss      Unverified: nobody has run it yet.
[Setup]
AppId={{6C0C1F0E-6C55-4E0B-9C53-6B0B7E0F9D21}
AppName=gesturectl
AppVersion=0.1.0
AppPublisher=The gesturectl contributors
DefaultDirName={localappdata}\Programs\gesturectl
DefaultGroupName=gesturectl
PrivilegesRequired=lowest
LicenseFile=..\..\LICENSE
OutputDir=..\..\dist
OutputBaseFilename=gesturectl-setup
Compression=lzma2
SolidCompression=yes
ArchitecturesAllowed=x64compatible
UninstallDisplayIcon={app}\gesturectl.exe

[Files]
Source: "..\..\dist\gesturectl\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\gesturectl"; Filename: "{app}\gesturectl.exe"; Parameters: "run"

[Tasks]
Name: autostart; Description: "Start at login"; Flags: unchecked

[Run]
Filename: "{app}\gesturectl.exe"; Parameters: "autostart enable"; Flags: runhidden; Tasks: autostart
Filename: "{app}\gesturectl.exe"; Parameters: "doctor"; Description: "See what works on this computer"; Flags: postinstall unchecked

[UninstallRun]
Filename: "{app}\gesturectl.exe"; Parameters: "autostart disable"; Flags: runhidden; RunOnceId: "autostart"
