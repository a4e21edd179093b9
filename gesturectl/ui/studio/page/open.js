// The link's token has been exchanged: on to the page itself, at the part that was asked for.
location.replace(`./${location.hash}`);
